"""How a person writes: register, verbosity, mood and slips of the finger; facts stay intact.

Whatever holds a digit or a sign of an address (`@`, `$`, `/`, `#`, `_`), and every text named as
protected, passes unchanged, so that an order number or an email never suffers.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from random import Random

from sandbox.personas.persona import Persona

_NEIGHBOURS = {
    "a": "s", "b": "n", "c": "v", "d": "f", "e": "r", "f": "g", "g": "h", "h": "j", "i": "o",
    "j": "k", "k": "l", "l": "k", "m": "n", "n": "m", "o": "p", "p": "o", "q": "w", "r": "t",
    "s": "d", "t": "y", "u": "i", "v": "b", "w": "e", "x": "c", "y": "u", "z": "x",
}  # fmt: skip
_SLANG = {
    "you": "u", "your": "ur", "please": "pls", "thanks": "thx", "because": "cuz", "okay": "k",
    "people": "ppl", "really": "rly", "about": "abt", "want": "wanna", "going": "goin",
    "tomorrow": "tmrw", "though": "tho",
}  # fmt: skip
_FORMAL = {
    "I'm": "I am", "I've": "I have", "I'd": "I would", "don't": "do not", "can't": "cannot",
    "it's": "it is", "It's": "It is", "didn't": "did not", "isn't": "is not", "Hi": "Good day",
    "Thanks": "Thank you", "thanks": "thank you", "won't": "will not", "hasn't": "has not",
}  # fmt: skip
_GREETING = re.compile(
    r"^(?:hi|hello|hey|good (?:morning|day|evening)|dear \w+)( there| all)?[,!.]*\s+", re.IGNORECASE
)
_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)*")
_TOKEN = re.compile(r"\S+")
_FACT = re.compile(r"[\d@$#/_€£\\]")
_TYPO_LENGTH_MIN = 4


def dress(text: str, persona: Persona, rng: Random, *, protect: Iterable[str] = ()) -> str:
    """*text* as *persona* types it; *protect* lists texts that must come through as they are."""
    kept = sorted({p for p in protect if p}, key=lambda p: (-len(p), p))
    if persona.verbosity == "terse":
        text = _without_greeting(text, kept)
    plain = persona.language_register == "casual" and not persona.typos
    if plain:
        return text
    if not kept:
        return _by_token(text, persona, rng)
    parts = re.split("(" + "|".join(map(re.escape, kept)) + ")", text)
    # re.split with one group: protected texts stand at the odd places.
    return "".join(p if n % 2 else _by_token(p, persona, rng) for n, p in enumerate(parts))


def _by_token(text: str, persona: Persona, rng: Random) -> str:
    def retype(match: re.Match[str]) -> str:
        token = match.group()
        return token if _FACT.search(token) else _WORD.sub(reword, token)

    def reword(match: re.Match[str]) -> str:
        word = _in_register(match.group(), persona.language_register)
        if len(word) >= _TYPO_LENGTH_MIN and persona.typos and rng.random() < persona.typos:
            return _mistype(word, rng)
        return word

    return _TOKEN.sub(retype, text)


def _in_register(word: str, register: str) -> str:
    match register:
        case "slang":
            return _SLANG.get(word.lower(), word.lower())
        case "formal":
            return _FORMAL.get(word, word)
        case _:
            return word


def _mistype(word: str, rng: Random) -> str:
    # The first letter stays: people rarely miss it, and a reader still recognises the word.
    at = rng.randrange(1, len(word) - 1)
    match rng.randrange(4):
        case 0:
            return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
        case 1:
            return word[:at] + word[at + 1 :]
        case 2:
            return word[:at] + word[at] + word[at:]
        case _:
            return word[:at] + _NEIGHBOURS.get(word[at], word[at]) + word[at + 1 :]


def _without_greeting(text: str, kept: list[str]) -> str:
    match = _GREETING.match(text)
    if match is None:
        return text
    rest = text[match.end() :]
    return rest if rest.startswith(tuple(kept)) else _sentence_case(rest)


def _sentence_case(text: str) -> str:
    first = text.split(maxsplit=1)[:1]
    return text if first and _FACT.search(first[0]) else text[:1].upper() + text[1:]


def greet(text: str, opener: str) -> str:
    """*text* with *opener* in front of the matter, behind a greeting if it has one."""
    if not opener:
        return text
    match = _GREETING.match(text)
    if match is None:
        return f"{opener} {text}"
    greeting = match.group().rstrip(" ,.!")
    return f"{greeting}! {opener} {_sentence_case(text[match.end() :])}"
