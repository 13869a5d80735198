import pytest

from sandbox.personas.rules.invited import CONFIRM, FAREWELL, OPEN
from sandbox.personas.rules.rule import Rule
from sandbox.personas.sentences import segments
from sandbox.personas.understand import understand

RULES = (*CONFIRM, *OPEN, *FAREWELL)


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
        ("How can I refund you?", "question"),
        ("Which one should I cancel?", "question"),
        ("Why do you want it back?", "question"),
        ("Would you like a refund or a replacement?", "question"),
        ("I can refund you once you send me the receipt.", "question"),
        ("You will get a confirmation by email.", "informs"),
    ],
)
def test_a_choice_or_a_condition_asks_for_no_yes(message: str, act: str) -> None:
    assert understand(message).act == act
