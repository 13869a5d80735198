import pytest

from sandbox.personas.rules.done import DONE
from sandbox.personas.rules.rule import Rule
from sandbox.personas.sentences import segments
from sandbox.personas.understand import understand

RULES = DONE


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.shown_by)
def test_every_rule_is_found_by_a_trigger_in_its_example(rule: Rule) -> None:
    pieces = segments(rule.shown_by)

    assert any(
        rule.applies(piece.text, piece.kind) and not set(rule.triggers).isdisjoint(piece.words)
        for piece in pieces
    )


@pytest.mark.parametrize(
    "message",
    [
        "I haven't refunded it yet.",
        "Your order has not been cancelled.",
        "Once I have refunded it, you will get an email.",
        "If the order has been cancelled, you owe nothing.",
        "Has it been refunded?",
        "Did you see that the refund has been issued?",
        "Your request has been updated.",
        "I have added a note to your case.",
        "I've sent your refund request to our finance team.",
        "I can see that your order has been shipped.",
        "You will receive a reply from our team.",
        "Your refund was never issued.",
    ],
)
def test_nothing_is_taken_for_done_that_has_not_happened(message: str) -> None:
    assert not understand(message).means("done")
