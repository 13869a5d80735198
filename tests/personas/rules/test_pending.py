import pytest

from sandbox.personas.rules.pending import HANDOFF, PROMISE, UNFINISHED, WAITING
from sandbox.personas.rules.rule import Rule
from sandbox.personas.sentences import segments
from sandbox.personas.understand import understand

RULES = (*PROMISE, *UNFINISHED, *WAITING, *HANDOFF)


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
        ("I'll send you a confirmation email.", "informs"),
        ("If you have a moment, rate us.", "informs"),
        ("This refund does not need a supervisor's approval.", "informs"),
        ("I'm looking forward to it.", "informs"),
    ],
)
def test_words_that_only_resemble_a_delay_are_none(message: str, act: str) -> None:
    assert understand(message).act == act
