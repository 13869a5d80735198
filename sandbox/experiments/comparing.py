"""Two runs held against each other, conversation by conversation."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sandbox.errors import UsageError
from sandbox.experiments.metrics import METRICS
from sandbox.experiments.paired import Difference, differences
from sandbox.experiments.records import ConversationResult
from sandbox.experiments.results import Results

Key = tuple[str, str]
PAIRS_MIN = 6
"""Fewer pairs prove nothing: five that all differ the same way come by chance once in 32 (sign
test), and resampling what does not vary claims certainty."""


@dataclass(frozen=True)
class Changed:
    """A conversation whose outcome is another one now."""

    id: str
    before: str
    now: str
    sentence: str


@dataclass(frozen=True)
class Comparison:
    """What changed from run *a* to run *b*, over the cells that both have."""

    a: str
    b: str
    identical: bool
    """Whether the digests are equal: then nothing at all changed."""
    cells: dict[str, list[Difference]]
    """Per cell: b - a of each paired metric."""
    changed: list[Changed]
    only_a: list[str]
    only_b: list[str]

    @property
    def worse(self) -> list[tuple[str, Difference]]:
        """The differences that are worse with their whole interval."""
        return [(cell, d) for cell, found in self.cells.items() for d in found if is_worse(d)]

    def to_dict(self) -> dict[str, Any]:
        """JSON form."""
        return {
            "a": self.a, "b": self.b, "identical": self.identical,
            "cells": {cell: [d.to_dict() for d in found] for cell, found in self.cells.items()},
            "changed": [c.__dict__ for c in self.changed],
            "only_a": self.only_a, "only_b": self.only_b,
            "worse": [{"cell": cell, **d.to_dict()} for cell, d in self.worse],
        }  # fmt: skip


def is_worse(difference: Difference) -> bool:
    """Whether the second run is worse, with the whole interval on the wrong side of zero."""
    low, high = difference.estimate.low, difference.estimate.high
    if low is None or high is None or difference.estimate.n < PAIRS_MIN:
        return False
    better = METRICS[difference.metric].better
    return (better == "higher" and high < 0) or (better == "lower" and low > 0)


def compare(a: str | Path | Results, b: str | Path | Results) -> Comparison:
    """Compare two runs, given as results or folders; pairs are of one cell, number and task.

    Raises `UsageError` where the two have no cell in common.
    """
    first = a if isinstance(a, Results) else Results.load(a)
    second = b if isinstance(b, Results) else Results.load(b)
    old, new = _cells(first), _cells(second)
    common = [key for key in old if key in new]
    if not common:
        raise UsageError(f"{first.path} and {second.path} have no agent x condition in common")
    names = (str(second.path), str(first.path))
    return Comparison(
        str(first.path),
        str(second.path),
        first.digest == second.digest,
        {
            "/".join(key): differences(new[key], old[key], names=names, condition=key[1])
            for key in common
        },
        [c for key in common for c in _changed(old[key], new[key])],
        ["/".join(key) for key in old if key not in new],
        ["/".join(key) for key in new if key not in old],
    )


def _cells(results: Results) -> dict[Key, list[ConversationResult]]:
    cells: dict[Key, list[ConversationResult]] = defaultdict(list)
    for unit in results.conversations:
        cells[unit.agent, unit.condition].append(unit)
    return dict(cells)


def _changed(old: list[ConversationResult], new: list[ConversationResult]) -> list[Changed]:
    before = {(u.number, u.task): u for u in old}
    return [
        Changed(f"{u.episode} {u.id}", before[u.number, u.task].outcome, u.outcome, u.sentence)
        for u in new
        if (u.number, u.task) in before and before[u.number, u.task].outcome != u.outcome
    ]
