"""`sandbox compare`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from rich.console import Console
from rich.table import Table

from sandbox.experiments.comparing import Comparison, compare, is_worse
from sandbox.experiments.paired import Difference

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
        console.print("identical: every event of every episode is the same", highlight=False)
        return
    table = _table(comparison)
    console.print(table if table.row_count else "no metric differs")
    for line in _lines(comparison):
        console.print(line, markup=False, highlight=False, soft_wrap=True)


def _table(comparison: Comparison) -> Table:
    """The differences that are not zero."""
    table = Table(title=f"{comparison.b} minus {comparison.a}", title_justify="left")
    for heading in ("cell", "metric", "difference", "95 % interval", "n"):
        table.add_column(heading, justify="left" if heading in ("cell", "metric") else "right")
    for cell, found in comparison.cells.items():
        for difference in found:
            if difference.estimate.value:
                table.add_row(cell, difference.metric, *_figures(difference))
    return table


def _lines(comparison: Comparison) -> Iterator[str]:
    """Conversations with another outcome, and cells that only one run has."""
    for change in comparison.changed[:CHANGED_MAX]:
        yield f"{change.id}: {change.before} -> {change.now}: {change.sentence}"
    rest = len(comparison.changed) - CHANGED_MAX
    if rest > 0:
        yield f"... and {rest} more conversations with another outcome (--json shows all)"
    for word, cells in (("before", comparison.only_a), ("after", comparison.only_b)):
        if cells:
            yield f"only {word}: {', '.join(cells)}"


def _figures(difference: Difference) -> tuple[str, str, str]:
    e = difference.estimate
    style = "[red]" if is_worse(difference) else ""
    interval = "-" if e.low is None or e.high is None else f"{e.low:+.3f} to {e.high:+.3f}"
    return f"{style}{e.value:+.3f}", interval, str(e.n)
