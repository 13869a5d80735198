"""The head of the report: what was run, the summary table, gates, and what each metric means."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sandbox.experiments.figures import Figure, difference, figure, label, plain_value
from sandbox.experiments.metrics import METRICS
from sandbox.experiments.report.bars import conditions_of, series_of
from sandbox.experiments.results import Results

COLUMNS = (
    "success_rate", "incorrect_write_rate", "policy_violation_rate", "loop_rate", "recovery_rate",
    "cost_usd_per_success", "latency_s_p95",
)  # fmt: skip
VERDICTS = {
    "pass": "Every gate holds.",
    "fail": "At least one gate does not hold.",
    "invalid": "Too many episodes failed in the simulator itself: do not trust these figures.",
}
NO_GATES = "No gate was set: nothing to hold against these figures."
INVALID = (
    "invalid_rate", "conversations in which the simulator, not the agent, failed",
    "all conversations",
)  # fmt: skip


@dataclass(frozen=True)
class Row:
    """One cell of the experiment in the summary table."""

    agent: str
    condition: str
    series: int
    first: bool
    """First of its condition: carries the condition's name."""
    span: int
    conversations: int
    invalid: int
    figures: tuple[Figure, ...]


def overview(results: Results, experiment: Mapping[str, Any]) -> dict[str, Any]:
    """What the page says above and below its charts, by the names its template uses."""
    summary = results.summary
    spec = experiment.get("spec", {})
    return {
        "summary": summary,
        "spec": spec,
        "started": str(experiment.get("started", "")),
        "python": str(experiment.get("python", "")),
        "series": series_of(summary),
        "simulated": str(summary["model"]).startswith("sim:"),
        "verdict_words": _verdict_words(summary),
        "tiles": _tiles(results),
        "columns": [(label(name), METRICS[name].better) for name in COLUMNS],
        "rows": _rows(summary),
        "gates": [_gate(gate) for gate in summary["gates"]],
        "paired": _paired(summary),
        "definitions": [
            *((m.name, label(m.name), m.numerator, m.denominator) for m in METRICS.values()),
            (INVALID[0], label(INVALID[0]), *INVALID[1:]),
        ],
        "several": len(results.conversations) > len(results.episodes),
    }


def _verdict_words(summary: Mapping[str, Any]) -> str:
    if not summary["complete"]:
        return "The run was cut off: these figures stand on the episodes that were done."
    if summary["verdict"] == "pass" and not summary["gates"]:
        return NO_GATES
    return VERDICTS[summary["verdict"]]


def _tiles(results: Results) -> list[tuple[str, str]]:
    """The plain counts."""
    units = results.conversations
    outcomes = [u.outcome for u in units if u.verdict != "invalid"]
    return [
        ("conversations", f"{len(units):,}"),
        ("succeeded", f"{outcomes.count('success'):,}"),
        ("harmful", f"{outcomes.count('harmful'):,}"),
        (
            "failed otherwise",
            f"{len(outcomes) - outcomes.count('success') - outcomes.count('harmful'):,}",
        ),
        ("invalid", f"{len(units) - len(outcomes):,}"),
    ]


def _rows(summary: Mapping[str, Any]) -> list[Row]:
    series = series_of(summary)
    rows = []
    for condition in conditions_of(summary):
        members = [c for c in summary["cells"] if c["condition"] == condition]
        for index, cell in enumerate(members):
            figures = tuple(figure(name, cell["metrics"][name]) for name in COLUMNS)
            rows.append(Row(
                cell["agent"], condition, series[cell["agent"]], index == 0, len(members),
                cell["conversations"], cell["invalid"], figures,
            ))  # fmt: skip
    return rows


def _gate(gate: Mapping[str, Any]) -> dict[str, str]:
    metric = gate["metric"]
    bounds = [
        f"{word} {plain_value(metric, gate[end])}"
        for end, word in (("min", "at least"), ("max", "at most"))
        if gate[end] is not None
    ]
    which = {"value": "", "low": "lower end of the interval ", "high": "upper end of the interval "}
    words = {True: "pass", False: "fail", None: "undefined"}
    return {
        "metric": label(metric), "agent": gate["agent"], "condition": gate["condition"],
        "bound": which[gate["bound"]] + " and ".join(bounds),
        "value": plain_value(metric, gate["value"]), "passed": words[gate["passed"]],
    }  # fmt: skip


def _paired(summary: Mapping[str, Any]) -> dict[str, Any]:
    """Every paired difference: a row per metric, a column per condition."""
    entries: Sequence[Mapping[str, Any]] = summary["paired"]
    if not entries:
        return {}
    conditions = list(dict.fromkeys(e["condition"] for e in entries))
    found = {(e["metric"], e["condition"]): difference(e["metric"], e) for e in entries}
    metrics = dict.fromkeys(e["metric"] for e in entries)
    return {
        "a": entries[0]["a"], "b": entries[0]["b"], "conditions": conditions,
        "rows": [(label(m), [found[m, c] for c in conditions]) for m in metrics],
    }  # fmt: skip
