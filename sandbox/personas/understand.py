"""What a user understands of an agent's message, without a language model.

Rules give points to intents (see `rules`), the user's own facts are looked for in what is asked,
and a few sentences of precedence settle what a mixed message means. Text that no person would
recognise is unreadable; a statement that no rule knows informs.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from sandbox.personas.asks import Askable, asked_in
from sandbox.personas.rules.done import DONE
from sandbox.personas.rules.invited import CONFIRM, FAREWELL, OPEN
from sandbox.personas.rules.pending import HANDOFF, PROMISE, UNFINISHED, WAITING
from sandbox.personas.rules.refused import LOST, REFUSED, TROUBLE
from sandbox.personas.rules.rule import HOLDS_FROM, Intent, Rule
from sandbox.personas.sentences import Segment, segments, word_set

RULES: tuple[Rule, ...] = (
    *DONE, *PROMISE, *UNFINISHED, *WAITING, *HANDOFF, *REFUSED, *TROUBLE, *LOST,
    *CONFIRM, *OPEN, *FAREWELL,
)  # fmt: skip


def _by_trigger() -> dict[str, tuple[int, ...]]:
    index: dict[str, list[int]] = {}
    for number, rule in enumerate(RULES):
        for word in rule.triggers:
            index.setdefault(word, []).append(number)
    return {word: tuple(numbers) for word, numbers in index.items()}


_TRIED_AT = _by_trigger()


Act = Intent | Literal["asks", "question", "informs", "unreadable"]

# A no or a way out is heard before a polite "shall I ...?" behind it; a question that nobody can
# answer does not drown a success ("I've refunded you, did the card work out?").
_BY_WEIGHT: tuple[Act, ...] = (
    "handoff", "waiting", "refused", "confirm", "done", "trouble", "open", "question", "lost",
    "promise", "unfinished", "farewell",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Understood:
    """The meaning of one message to the user."""

    intents: frozenset[Intent] = frozenset()
    asked: tuple[str, ...] = ()
    """Facts asked for, in the order asked."""
    stated: tuple[str, ...] = ()
    """Facts that the agent has right and wants confirmed."""
    question: bool = False
    """Whether something is asked that the user has no fact for."""
    informs: bool = False
    """Whether it is a statement that no rule knows."""
    readable: bool = True

    def means(self, intent: Intent) -> bool:
        """Whether the message has this *intent*."""
        return intent in self.intents

    @property
    def act(self) -> Act:
        """What matters most in the message: what a person would answer to."""
        if not self.readable:
            return "unreadable"
        if self.asked:
            return "asks"
        for act in _BY_WEIGHT:
            if act == "question" and self.question:
                return "question"
            if act == "confirm" and self.stated:
                return "confirm"
            if act in self.intents:
                return act
        return "informs"


def understand(message: str, facts: Sequence[Askable] = ()) -> Understood:
    """What *message* means to a user who knows *facts*."""
    pieces = segments(message)
    if not _readable(message, pieces):
        return Understood(readable=False)
    points: dict[Intent, float] = {}
    last: dict[Intent, int] = {}
    asked: list[str] = []
    stated: list[str] = []
    question = False
    for number, piece in enumerate(pieces):
        heard = _points(piece)
        for intent, worth in heard.items():
            points[intent] = points.get(intent, 0.0) + worth
            last[intent] = number
        held = {intent for intent, worth in heard.items() if worth >= HOLDS_FROM}
        wants = asked_in(piece, facts, offer="confirm" in held, lost="lost" in held)
        if wants.unknown and number and not _POINTS_BACK.isdisjoint(piece.words):
            # "I need a few details: your name, your email. Could you send me both?"
            before = Segment(pieces[number - 1].text, "question")
            wants = asked_in(before, facts, offer=False, lost=False)
        asked += [name for name in wants.facts if name not in asked]
        stated += [name for name in wants.stated if name not in stated]
        question = question or (wants.unknown and not held & _NO_QUESTION)
    intents = _settle(points, last)
    return Understood(
        intents=intents,
        asked=tuple(asked),
        stated=tuple(stated),
        question=question,
        informs=not intents and not question and not asked and not stated,
    )


_POINTS_BACK = frozenset({"both", "these", "those", "them", "all"})

_NO_QUESTION: frozenset[Intent] = frozenset(
    {"confirm", "open", "farewell", "waiting", "trouble", "handoff", "promise"}
)
"""Intents whose segment asks for nothing, though it has the form of a question or request."""


def _points(piece: Segment) -> dict[Intent, float]:
    tried = {number for word in piece.words for number in _TRIED_AT.get(word, ())}
    points: dict[Intent, float] = {}
    for number in sorted(tried):
        rule = RULES[number]
        if rule.applies(piece.text, piece.kind):
            points[rule.intent] = points.get(rule.intent, 0.0) + rule.points
    return points


def _settle(points: dict[Intent, float], last: dict[Intent, int]) -> frozenset[Intent]:
    held = {intent for intent, worth in points.items() if worth >= HOLDS_FROM}
    if "done" in held:
        # "I've cancelled it. I'll now refund you" is half the way; the other news after a success
        # ("I can't refund the shipping", "it hasn't arrived yet") do not undo it.
        held -= {"unfinished", "refused", "trouble", "lost"}
        if "promise" in held and last["promise"] > last["done"]:
            held.discard("done")
        else:
            held -= {"promise", "waiting", "handoff"}
    if {"trouble", "refused"} <= held:
        held.discard("trouble" if points["refused"] > points["trouble"] else "refused")
    if "waiting" in held and "handoff" not in held:
        held -= {"promise", "unfinished"}
    return frozenset(held)


# --- can this be read at all? -----------------------------------------------------------------

_COMMON = word_set(
    "a about again all already also am an and any are as at be been but by can could did do "
    "does for from get had has have hello help here hi how i if in is it its just know let "
    "like may me more my need no not now of okay on one or our out please see should so sorry "
    "thank thanks that the their them then there they this to up us was we what when where "
    "which who will with would yes you your done sure bye goodbye after before never only "
    "within day days order refund return card account payment item package delivery credit "
    "email address customer"
)
_CODE = re.compile(r"^\s*(?:[{\[<]|Traceback \(most recent call last\))")
COMMON_SHARE_MIN = 0.15
"""English prose has 40 to 60 % of such words, a German sentence or a dump of data next to none."""


def _readable(message: str, pieces: Sequence[Segment]) -> bool:
    words = [word for piece in pieces for word in piece.words if word[0].isalpha()]
    if not words or _CODE.match(message):
        return False
    common = sum(word in _COMMON for word in words)
    # Very short messages ("Refund issued") need no such word if a rule knows them.
    return common / len(words) >= COMMON_SHARE_MIN or (
        len(words) <= 8 and any(_points(piece) for piece in pieces)
    )
