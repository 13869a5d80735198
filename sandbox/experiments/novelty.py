"""Novelty: whether a step learns or changes anything that no step before it did."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from sandbox.experiments.steps import Step, normal

SIMILAR = 0.7
"""Token Jaccard from which two free texts count as the same."""
_RECENT = 8
_WORD = re.compile(r"\w+")


class Novelty:
    """What was seen so far in one conversation; `novel(step)` takes the next step in."""

    def __init__(self) -> None:
        self._results: set[tuple[str, str]] = set()
        self._ids: set[str] = set()
        self._states: set[str] = set()
        self._texts: dict[str, list[frozenset[str]]] = defaultdict(list)
        self.writes: Counter[tuple[str, str]] = Counter()
        """How often each (tool, arguments) was written with success."""

    def novel(self, step: Step) -> bool:
        """Whether *step* is new: an unseen result, new ids asked for, a write to a new state.

        An error is a result too: it teaches once, not again with hardly other arguments.
        """
        if step.write and not step.error:
            return self._new_write(step)
        result = (step.tool, step.result_key)
        known = result in self._results
        self._results.add(result)
        asked = self._asks_for_more(step)
        return asked or not known

    def _new_write(self, step: Step) -> bool:
        key = (step.tool, step.args_key)
        new = bool(step.state) and step.state not in self._states and not self.writes[key]
        self._states.add(step.state)
        self.writes[key] += 1
        return new

    def _asks_for_more(self, step: Step) -> bool:
        """Whether the arguments name an id, a page or a cursor that no step named before.

        In free text a number is no id of its own: a rephrased question is not a new one.
        """
        leaves = list(_leaves(normal(step.args)))
        free = [leaf for leaf in leaves if " " in leaf]
        ids = {leaf for leaf in leaves if " " not in leaf}
        if free and not self._similar(step.tool, free):
            ids |= {w for leaf in free for w in _WORD.findall(leaf)}
        ids = {i for i in ids if any(c.isdigit() or c in "_@" for c in i)}
        new = ids - self._ids
        self._ids |= ids
        return bool(new)

    def _similar(self, tool: str, free: list[str]) -> bool:
        """Whether the free text is near to that of a recent call of the same tool."""
        words = words_of(free)
        near = any(jaccard(words, other) >= SIMILAR for other in self._texts[tool][-_RECENT:])
        self._texts[tool].append(words)
        return near


def words_of(value: Any) -> frozenset[str]:
    """The words of all texts in *value*, without regard to case."""
    return frozenset(w for text in _leaves(value) for w in _WORD.findall(text.casefold()))


def jaccard(a: frozenset[str], b: frozenset[str]) -> float:
    """The share of common words; 1 for two empty sets."""
    common = len(a & b)
    return common / (len(a) + len(b) - common) if a or b else 1.0


def _leaves(value: Any) -> Iterable[str]:
    if isinstance(value, Mapping):
        for key in sorted(value):
            yield from _leaves(value[key])
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _leaves(item)
    elif value is not None:
        yield str(value).strip()
