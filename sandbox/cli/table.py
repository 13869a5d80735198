"""The result of a run on a terminal: the table, the differences, the gates, the worst episodes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

from sandbox.experiments.figures import Figure, difference, figure, label, plain_value
from sandbox.experiments.results import Results
from sandbox.experiments.visible import shortened, visible

COLUMNS = (
    "success_rate", "incorrect_write_rate", "policy_violation_rate", "loop_rate",
    "cost_usd_per_success", "latency_s_p95",
)  # fmt: skip
DIFFERENCES = ("success_rate", "incorrect_write_rate")
WORST = 3
SENTENCE_MAX = 300
_PLAIN = frozenset({"cost_usd_per_success"})
"""Shown without their interval, which stands in the report."""
_CAPTION = "95 % intervals in brackets; n conversations; latency is virtual"
_VERDICTS = {"pass": "bold green", "fail": "bold red", "invalid": "bold yellow"}


def print_summary(results: Results, console: Console) -> None:
    """Print what the run found on *console*, fitted to its width, coloured where it has colours."""
    summary = results.summary
    _print_table(summary, console)
    _print_differences(summary["paired"], console)
    _print_gates(summary["gates"], console)
    _print_worst(results, console)
    console.print()
    _print_line(console, ("report: ", "dim"), (str(results.report), ""))
    _print_line(
        console,
        ("model: ", "dim"), (f"{summary['model']}, prices as of {summary['prices_as_of']}", ""),
        *((("  (simulated: checks the harness, not a model)", "dim"),)
          if str(summary["model"]).startswith("sim:") else ()),
    )  # fmt: skip
    _print_line(console, ("verdict: ", "dim"), *_verdict(summary))


def _print_table(summary: Mapping[str, Any], console: Console) -> None:
    """A line per cell, grouped by condition; with intervals beneath the figures if it is narrow.

    Laid out by hand: a condition's name runs across all columns, which a rich table cannot do.
    """
    cells = [(c, [_figure(m, c["metrics"][m]) for m in COLUMNS]) for c in summary["cells"]]
    layouts = (_Layout(cells, gap=2), _Layout(cells, gap=1), _Layout(cells, gap=1, stacked=True))
    layout = next((x for x in layouts if x.width <= console.width), layouts[-1])
    for heading in layout.head():
        _print_line(console, (heading, "bold"))
    for condition in dict.fromkeys(c["condition"] for c in summary["cells"]):
        members = [(c, found) for c, found in cells if c["condition"] == condition]
        invalid = [f"{c['agent']}: {c['invalid']} invalid" for c, _ in members if c["invalid"]]
        note = f"  ({visible(', '.join(invalid))})" if invalid else ""
        _print_line(console, (visible(condition), "bold"), (note, "yellow"))
        for cell, found in members:
            for line in layout.lines(cell, found):
                _print_line(console, *line)
    _print_line(console, (_CAPTION, "dim"))


class _Layout:
    """Widths of the columns, and the lines that keep to them."""

    def __init__(
        self, cells: Sequence[tuple[Mapping[str, Any], Sequence[Figure]]], *, gap: int,
        stacked: bool = False,
    ) -> None:  # fmt: skip
        self._gap = " " * gap
        self._stacked = stacked
        self._heads = [["", "agent"], ["", "n"], *(_in_two(label(m)) for m in COLUMNS)]
        rows = [self._texts(cell, found) for cell, found in cells]
        columns = zip(*self._heads_by_line(), *(line for row in rows for line in row), strict=True)
        self._widths = [max(cell_len(text) for text in column) for column in columns]
        self.width = sum(self._widths) + gap * (len(self._widths) - 1)

    def head(self) -> list[str]:
        """The heading, in two lines."""
        return [self._line(texts) for texts in self._heads_by_line()]

    def lines(
        self, cell: Mapping[str, Any], found: Sequence[Figure]
    ) -> list[list[tuple[str, str]]]:
        """One cell: its line, and the line of its intervals where they stand beneath."""
        texts = self._texts(cell, found)
        first = [[(self._line(texts[0]), "")]]
        return first + [[(self._line(line), "dim")] for line in texts[1:] if any(line)]

    def _heads_by_line(self) -> list[list[str]]:
        return [[head[0] for head in self._heads], [head[1] for head in self._heads]]

    def _texts(self, cell: Mapping[str, Any], found: Sequence[Figure]) -> list[list[str]]:
        name, count = f"  {visible(cell['agent'])}", str(cell["conversations"])
        if not self._stacked:
            return [[name, count, *(str(f) for f in found)]]
        return [[name, count, *(f.value for f in found)], ["", "", *(f.interval for f in found)]]

    def _line(self, texts: Sequence[str]) -> str:
        padded = (
            text + " " * (width - cell_len(text))
            for text, width in zip(texts, self._widths, strict=True)
        )
        return self._gap.join(padded).rstrip()


def _in_two(words: str) -> list[str]:
    """A heading in two lines, the second one full."""
    first, _, rest = words.rpartition(" ")
    return [first, rest]


def _figure(metric: str, estimate: Mapping[str, Any]) -> Figure:
    found = figure(metric, estimate)
    return replace(found, interval="") if metric in _PLAIN else found


def _print_differences(paired: Sequence[Mapping[str, Any]], console: Console) -> None:
    """The mean of a - b per condition: same task, same seed."""
    if not paired:
        return
    shown = {(p["condition"], p["metric"]): p for p in paired}
    table = Table(box=None, pad_edge=False, padding=(0, 3, 0, 0))
    minus = Text(visible(f"{paired[0]['a']} - {paired[0]['b']}"), style="bold")
    minus.append(", paired", style="not bold")
    table.add_column(minus)
    for metric in DIFFERENCES:
        table.add_column(label(metric), header_style="bold")
    for condition in dict.fromkeys(p["condition"] for p in paired):
        cells = [difference(m, shown[condition, m]) for m in DIFFERENCES]
        table.add_row(Text(f"  {visible(condition)}"), *(Text(str(cell)) for cell in cells))
    console.print()
    console.print(table)


def _print_gates(gates: Sequence[Mapping[str, Any]], console: Console) -> None:
    if not gates:
        return
    console.print()
    console.print(Text("gates", style="bold"))
    words = {True: ("pass", "green"), False: ("FAIL", "bold red"), None: ("undefined", "yellow")}
    for gate in gates:
        line = Text("  ")
        line.append(*words[gate["passed"]])
        line.append(f"  {visible(gate['agent'])}/{visible(gate['condition'])} ")
        line.append(f"{label(gate['metric'])} {plain_value(gate['metric'], gate['value'])}")
        line.append(f" ({_bounds(gate)})", style="dim")
        console.print(line)


def _bounds(gate: Mapping[str, Any]) -> str:
    where = {"value": "", "low": "lower end ", "high": "upper end "}[gate["bound"]]
    ends = (("at least", gate["min"]), ("at most", gate["max"]))
    told = (f"{word} {plain_value(gate['metric'], end)}" for word, end in ends if end is not None)
    return where + " and ".join(told)


def _print_worst(results: Results, console: Console) -> None:
    """The worst conversations in a sentence each, with the command that replays them."""
    worst = results.worst(WORST)
    if not worst:
        return
    replay = {e.id: e.replay for e in results.episodes}
    crowded = {e.id for e in results.episodes if len(e.conversations) > 1}
    console.print()
    console.print(Text("worst", style="bold"))
    for number, unit in enumerate(worst, 1):
        sentence = shortened(visible(unit.sentence), SENTENCE_MAX).replace("\n", " ")
        table = Table.grid(padding=(0, 1, 0, 0))
        place = [unit.condition, unit.task, *([unit.id] if unit.episode in crowded else [])]
        where = Text(f" ({visible(', '.join(place))})", style="dim")
        table.add_row(f"  {number}.", Text.assemble(sentence, where))
        console.print(table)
        # Not wrapped: a command must survive being copied.
        _print_line(console, ("     replay: ", "dim"), (visible(replay[unit.episode]), "cyan"))


def _verdict(summary: Mapping[str, Any]) -> list[tuple[str, str]]:
    verdict = str(summary["verdict"])
    out = [(verdict, _VERDICTS[verdict])]
    gates = summary["gates"]
    if not summary["complete"]:
        out.append((", cut off: the figures stand on what was done", "yellow"))
    elif verdict == "invalid":
        out.append((": too many episodes failed in the simulator itself", ""))
    elif gates:
        held = sum(g["passed"] is not False for g in gates)
        out.append((f": {held} of {len(gates)} gates hold", ""))
    else:
        broken = verdict == "fail"
        out.append(
            (": a cell only crashed" if broken else ": no gates, so nothing had to hold", "")
        )
    out.append((f"  digest {summary['digest']}", "dim"))
    return out


def _print_line(console: Console, *pieces: tuple[str, str]) -> None:
    """One line that is never wrapped or cut."""
    console.print(Text.assemble(*pieces), soft_wrap=True)
