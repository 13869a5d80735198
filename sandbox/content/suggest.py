"""The one "did you mean": for unknown keys, names, references and choices."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

_CUTOFF = 0.6


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """` (did you mean 'x'?)` for the nearest of *known*, or an empty string if none is near.

    Case does not count as a difference; equally near names are decided by the alphabet.
    """
    by_folded: dict[str, str] = {}
    for name in sorted(known):
        by_folded.setdefault(name.casefold(), name)
    near = get_close_matches(word.casefold(), list(by_folded), n=1, cutoff=_CUTOFF)
    return f" (did you mean {by_folded[near[0]]!r}?)" if near else ""
