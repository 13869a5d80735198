import pytest

from sandbox.personas.rules.refused import LOST, REFUSED, TROUBLE
from sandbox.personas.rules.rule import Rule
from sandbox.personas.sentences import segments
from sandbox.personas.understand import understand

RULES = (*REFUSED, *TROUBLE, *LOST)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.shown_by)
def test_every_rule_is_found_by_a_trigger_in_its_example(rule: Rule) -> None:
    pieces = segments(rule.shown_by)

    assert any(
        rule.applies(piece.text, piece.kind) and not set(rule.triggers).isdisjoint(piece.words)
        for piece in pieces
    )


@pytest.mark.parametrize(
    ("message", "act"),
    [
        ("I can't wait to help you.", "informs"),
        ("If you cannot find the label, look in your spam folder.", "informs"),
        ("Please do not hesitate to write.", "informs"),
        ("I can't find your order.", "lost"),
        ("I cannot refund this right now, the system is down.", "trouble"),
        ("I'm sorry to hear that.", "informs"),
        ("You will not need the label.", "informs"),
    ],
)
def test_a_not_is_not_always_a_no(message: str, act: str) -> None:
    assert understand(message).act == act
