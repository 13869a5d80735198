"""`sandbox compare`."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

from rich.console import Console

from sandbox.cli.columns import print_line, print_rows
from sandbox.experiments.comparing import Comparison, compare, is_worse
from sandbox.experiments.figures import difference, label
from sandbox.experiments.paired import Difference
from sandbox.experiments.visible import visible

CHANGED_MAX = 20


def compare_command(a: Path, b: Path, *, as_json: bool) -> int:
    """Hold run *b* against run *a*; 1 where something is worse beyond doubt."""
    comparison = compare(a, b)
    if as_json:
        print(json.dumps(comparison.to_dict(), ensure_ascii=False))  # noqa: T201
    else:
        _show(comparison, Console())
    return 1 if comparison.worse else 0


def _show(comparison: Comparison, console: Console) -> None:
    if comparison.identical:
        print_line(console, "identical: every event of every episode is the same")
        return
    print_line(console, f"{comparison.b} minus {comparison.a}, in pairs of one task and seed")
    told = {cell: _rows(found) for cell, found in comparison.cells.items()}
    if not any(told.values()):
        print_line(console, "no metric differs")
    for cell, rows in told.items():
        if rows:
            print_line(console, "")
            print_rows(console, visible(cell), rows)
    for line in _lines(comparison):
        print_line(console, visible(line))


def _rows(found: Sequence[Difference]) -> list[tuple[str, str]]:
    """The differences that are not zero, and whether they are worse beyond doubt."""
    return [
        (
            label(each.metric),
            f"{difference(each.metric, each.to_dict())} of {each.estimate.n} pairs"
            + (": worse" if is_worse(each) else ""),
        )
        for each in found
        if each.estimate.value
    ]


def _lines(comparison: Comparison) -> Iterator[str]:
    """Conversations with another outcome, and cells that only one run has."""
    if comparison.changed:
        yield ""
    for change in comparison.changed[:CHANGED_MAX]:
        yield f"{change.id}: {change.before} -> {change.now}: {change.sentence}"
    rest = len(comparison.changed) - CHANGED_MAX
    if rest > 0:
        yield f"... and {rest} more conversations with another outcome (--json shows all)"
    for word, cells in (("before", comparison.only_a), ("after", comparison.only_b)):
        if cells:
            yield f"only {word}: {', '.join(cells)}"
