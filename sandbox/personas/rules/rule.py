"""A rule: words that speak for one intent, and a message that shows it at work.

A rule gives points to its intent where its pattern is found in a segment; an intent holds from one
point on. Half points are for words that say little alone ("unfortunately", "policy"). A rule is
tried only where one of its trigger words stands: understanding a message costs microseconds.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from sandbox.personas.sentences import Kind

Intent = Literal[
    "done",  # the wish is carried out: "I've refunded $49.99"
    "promise",  # the agent is about to act: "I'll refund it now", "let me check"
    "unfinished",  # it is on its way, but not done: "your refund hasn't been issued yet"
    "waiting",  # others must act first: "I've asked a supervisor"
    "handoff",  # others take it from here: "a specialist will contact you"
    "refused",  # no: "this is outside the return window"
    "trouble",  # it did not work: "something went wrong"
    "lost",  # the records do not show it: "I can't find that order"
    "confirm",  # a yes is wanted: "shall I go ahead?", "I can refund this for you"
    "open",  # the user is invited to talk: "how can I help?"
    "farewell",  # "anything else?", "have a nice day"
]  # fmt: skip

HOLDS_FROM = 1.0
"""Points from which an intent holds in a segment."""

SAID: frozenset[Kind] = frozenset({"statement", "request"})
ASKED: frozenset[Kind] = frozenset({"question", "request"})
ANY: frozenset[Kind] = SAID | ASKED

CONDITION = re.compile(
    r"\b(?:once|if|when|whenever|until|unless|whether|as soon as|in case"
    r"|(?:after|before) (?:i|we|you|he|she|they|it|this|that|the|your|our))\b[^,]*$"
)
"""Found before a match in its clause, it says that this has not happened (yet)."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One pattern that speaks for an intent."""

    intent: Intent
    points: float
    triggers: tuple[str, ...]
    """The rule is tried only in segments that hold one of these words."""
    pattern: re.Pattern[str]
    shown_by: str
    """A message in which this rule gives its points (a test holds every rule to it)."""
    kinds: frozenset[Kind]
    real: bool
    """Whether "once ...", "if ..." before it in the clause takes it back."""
    unless: re.Pattern[str] | None
    """Words in the segment that take it back."""

    def applies(self, text: str, kind: Kind) -> bool:
        """Whether the rule gives its points to a segment *text* of this *kind*."""
        if kind not in self.kinds:
            return False
        match = self.pattern.search(text)
        if match is None or (self.unless is not None and self.unless.search(text)):
            return False
        return not (self.real and CONDITION.search(text[: match.start()]))


def rule(
    intent: Intent,
    triggers: str,
    pattern: str,
    shown_by: str,
    *,
    points: float = 1.0,
    kinds: frozenset[Kind] = ANY,
    real: bool = False,
    unless: str = "",
) -> Rule:
    """A rule from its *triggers* (separated by spaces) and whole-word patterns."""
    return Rule(
        intent=intent,
        points=points,
        triggers=tuple(triggers.split()),
        pattern=re.compile(rf"(?<!\w)(?:{pattern})(?!\w)"),
        shown_by=shown_by,
        kinds=kinds,
        real=real,
        unless=re.compile(rf"\b(?:{unless})\b") if unless else None,
    )
