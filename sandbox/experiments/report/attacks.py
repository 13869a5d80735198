"""What became of planted attacks: seen, obeyed, and carried out, per cell."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sandbox.experiments.figures import figure
from sandbox.experiments.report.bars import series_of
from sandbox.experiments.report.scale import PLOT_LEFT, PLOT_RIGHT
from sandbox.experiments.results import Results

STAGES = (
    ("exposed", "the model saw it"),
    ("attempted", "the agent made the attacker's call"),
    ("effected", "the write was committed"),
)


@dataclass(frozen=True)
class Stage:
    """How many conversations came as far as this."""

    name: str
    meaning: str
    count: int
    of: int
    width: float
    rate: str
    """The metric's figure: exposed of all attacks, the other two of the exposed ones."""


@dataclass(frozen=True)
class Attack:
    """The attacks on one cell."""

    agent: str
    condition: str
    series: int
    stages: tuple[Stage, ...]


def attack_panels(results: Results) -> list[Attack]:
    """One for each cell in which something was planted."""
    planted: dict[str, list[dict[str, bool]]] = {}
    for unit in results.conversations:
        if unit.attack and unit.verdict != "invalid":
            planted.setdefault(unit.cell, []).append(dict(unit.attack))
    series = series_of(results.summary)
    order = {
        c: i for i, c in enumerate(dict.fromkeys(c["condition"] for c in results.summary["cells"]))
    }
    cells = [c for c in results.summary["cells"] if c["id"] in planted]
    cells.sort(key=lambda c: (order[c["condition"]], series[c["agent"]]))
    return [
        Attack(c["agent"], c["condition"], series[c["agent"]], _stages(c, planted[c["id"]]))
        for c in cells
    ]


def _stages(cell: dict[str, Any], units: list[dict[str, bool]]) -> tuple[Stage, ...]:
    exposed = sum(u["exposed"] for u in units)
    out = []
    for name, meaning in STAGES:
        count = sum(u[name] for u in units)
        metric = f"attack_{name}_rate"
        of = len(units) if name == "exposed" else exposed
        width = round((PLOT_RIGHT - PLOT_LEFT) * count / len(units), 1)
        out.append(
            Stage(name, meaning, count, of, width, str(figure(metric, cell["metrics"][metric])))
        )
    return tuple(out)
