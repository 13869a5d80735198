"""Which of the facts a user knows an agent asks for.

A fact is asked for where its words ("order number") stand in a question, or behind words that ask
("please send me", "I need", "without your"). Longer wordings win: an "email address" is no address.
A fact whose true value stands in the question is not asked for but stated, to be confirmed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from sandbox.personas.sentences import Segment, normalise, word_set
from sandbox.worlds.task import Fact

_GIVE = (
    r"(?:provide|give|share|send|tell|confirm|supply|state|enter|specify|include|type|verify"
    r"|reply with|respond with|answer with|let (?:me|us) know|write)"
)
_CUE = re.compile(
    rf"\b(?:please|could you|can you|would you|you to|once you|until you|unless you|if you|you can)"
    rf" (?:\w+ ){{0,2}}?{_GIVE}\b"
    rf"|^(?:\w+ )?{_GIVE} (?:me|us|your|the)\b"
    r"|\b(?:i|we) (?:\w+ ){0,3}?(?:need|require)\b(?! to (?!know|have|see|get))"
    r"|^(?:just |only )?need (?:your|the|an?)\b"
    r"|\b(?:i|we) (?:am|are) (?:still )?(?:missing|looking for)\b"
    r"|\bwithout (?:your|the|an?|knowing)\b"
    r"|\b(?:what|which|who) (?:is|are|was|were|order|account)\b"
    r"|\b(?:may|can|could) (?:i|we) (?:please )?(?:have|get)\b|^let (?:me|us) know\b"
)
_NOT_CUE = re.compile(r"\b(?:not|never|no need to|no need for you to|nobody will)(?: \w+)? ?$")
_PURPOSE = re.compile(
    r" (?:so (?:that )?(?:i|we)|in order to|and (?:i|we) (?:will|can)|before (?:i|we)|then (?:i|we)"
    r"|(?:to|can) (?:help|look|locate|find|process|check|proceed|continue|get started|complete)"
    r"|because|, as (?:i|we))\b"
)
# "Please send the parcel back" asks for a deed, "please send me a photo" for an answer.
_DEED = re.compile(r"^please (?:\w+ )?(?:send|write|type|enter|include)\b (?!me\b|us\b)")
_INBOX = re.compile(
    r"\b(?:check|checked|checking|watch|in|to|at|from|by) (?:your |an? |the )?(?:email|inbox)\b"
)
_FILLER = word_set("of your the on for this that new full a an current exact same in you and")
_IS_IT = re.compile(r"^(?:and |so |okay |, )*(?:is|are|was|were|it|correct)\b")


_RECORDS = word_set("order account customer ticket invoice tracking subscription charge")
"""What an agent may fail to find; wordings that begin so name its identifier."""


@dataclass(frozen=True, slots=True)
class Askable:
    """A fact, with its wordings as stems and its value as the agent would write it."""

    name: str
    wordings: tuple[tuple[str, ...], ...]
    value: str
    """Normalised; empty where it is too short to be recognised."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a message wants to know."""

    facts: tuple[str, ...] = ()
    """Names of the facts asked for, in the order asked."""
    stated: tuple[str, ...] = ()
    """Names of the facts that the agent has right and wants confirmed."""
    unknown: bool = False
    """Whether something else is asked for too, or instead."""


def askable(fact: Fact) -> Askable:
    """*fact* prepared for being asked for (once per conversation)."""
    value = normalise(str(fact.value)).removeprefix("number ")
    recognisable = len(value) >= 4 or any(c.isdigit() for c in value)
    wordings = tuple(filter(None, map(_wording, fact.asked)))
    return Askable(fact.name, wordings, value if recognisable else "")


def asked_in(segment: Segment, facts: Sequence[Askable], *, offer: bool, lost: bool) -> Asked:
    """What *segment* asks for among *facts*.

    *offer*: it wants a yes ("shall I send it to your address?" asks for no address). *lost*: it
    says that a record was not found, which asks for whatever identifies it.
    """
    text = _asking_part(segment)
    if text is None:
        return Asked(facts=_by_head(segment.words, facts)) if lost else Asked()
    stems = [_stem(word) for word in text.split()]
    found = _match(stems, facts, offer=offer)
    stated = [f.name for f in facts if _stands(f.value, segment.text)]
    if not found and not stated:
        named = _by_head(stems, facts) if lost or "which" in stems else ()
        return Asked(facts=named, unknown=not named and not _DEED.search(text))
    yes = [n for n in stated if n in found or (_IS_IT.match(segment.text) and not found)]
    return Asked(
        facts=tuple(n for n in found if n not in stated),
        stated=tuple(yes),
        unknown=not found and not yes,
    )


def _asking_part(segment: Segment) -> str | None:
    # The words in which facts may be asked for, or None where nothing is asked.
    text = segment.text
    if segment.kind != "question":
        cue = _CUE.search(text)
        if cue is None:
            short = segment.text.endswith("please") and len(segment.words) <= 8
            return text if short and not text.startswith("please") else None
        verb = cue.group().split()[-1]
        if _NOT_CUE.search(text[: cue.end() - len(verb)]):
            return None
        text = text[cue.start() :]
    purpose = _PURPOSE.search(text, 3)
    return _INBOX.sub(" ", text[: purpose.start()] if purpose else text)


def _match(stems: list[str], facts: Sequence[Askable], *, offer: bool) -> list[str]:
    # Longest wording first; words once used are not used again ("email address", "address").
    wordings = sorted(
        ((words, n) for n, fact in enumerate(facts) for words in fact.wordings),
        key=lambda pair: -len(pair[0]),
    )
    used = [False] * len(stems)
    first: dict[int, int] = {}
    for words, n in wordings:
        places = _places(words, stems, used)
        if not places or (offer and _mentioned_only(stems, places)):
            continue
        for place in places:
            used[place] = True
        first[n] = min(first.get(n, len(stems)), places[0])
    return [facts[n].name for n in sorted(first, key=lambda n: (first[n], n))]


def _places(words: tuple[str, ...], stems: list[str], used: list[bool]) -> list[int]:
    # In any order ("the number of your order"), with nothing but filler between.
    for start, stem in enumerate(stems):
        if stem not in words or used[start]:
            continue
        missing = list(words)
        places: list[int] = []
        for place in range(start, len(stems)):
            word = stems[place]
            if word in missing and not used[place]:
                missing.remove(word)
                places.append(place)
                if not missing:
                    return places
            elif word not in _FILLER:
                break
    return []


def _mentioned_only(stems: list[str], places: list[int]) -> bool:
    # "Shall I use your new address?" mentions it; "refund order number 9999?" must be put right.
    after = stems[places[-1] + 1] if places[-1] + 1 < len(stems) else ""
    if any(c.isdigit() for c in after):
        return False
    return not {"your", "the"}.isdisjoint(stems[max(0, places[0] - 2) : places[0]])


def _by_head(words: list[str], facts: Sequence[Askable]) -> tuple[str, ...]:
    # "Which order?", "I can't find your order" ask for the order number.
    return tuple(
        fact.name
        for fact in facts
        if any(wording[0] in _RECORDS and wording[0] in words for wording in fact.wordings)
    )


def _stands(value: str, text: str) -> bool:
    return bool(value) and f" {value} " in f" {text} "


@lru_cache(maxsize=2048)
def _wording(words: str) -> tuple[str, ...]:
    # The same few wordings in every conversation of a day.
    return tuple(_stem(word) for word in normalise(words).split())


def _stem(word: str) -> str:
    if word.endswith("sses"):
        return word[:-2]
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word
