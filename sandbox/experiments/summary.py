"""summary.json: cells with their metrics, paired differences, gates, one digest."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b
from typing import Any

from sandbox.experiments.gates import GateResult, check
from sandbox.experiments.metrics import metrics_of
from sandbox.experiments.paired import differences
from sandbox.experiments.records import ConversationResult, EpisodeResult
from sandbox.experiments.spec import ExperimentSpec
from sandbox.experiments.statistics import Estimate
from sandbox.sim.trace import canonical

SCHEMA_VERSION = 1
Cells = dict[tuple[str, str], list[ConversationResult]]


def summarise(
    spec: ExperimentSpec, episodes: Sequence[EpisodeResult], *, version: str, prices_as_of: str,
    complete: bool,
) -> dict[str, Any]:  # fmt: skip
    """The summary of *episodes*, perhaps a part of the experiment (`complete` is then False)."""
    cells = _cells(spec, episodes)
    estimates = {key: metrics_of(units) for key, units in cells.items()}
    gates = check(spec.gates, estimates)
    body: dict[str, Any] = {
        "cells": [_cell(spec, key, cells[key], estimates[key]) for key in cells],
        "paired": _paired(spec, cells),
        "gates": [g.to_dict() for g in gates],
    }
    invalid = sum(e.verdict == "invalid" for e in episodes)
    return {
        "schema_version": SCHEMA_VERSION,
        "sandbox_version": version,
        "spec": spec.id,
        "title": spec.title,
        "seed": spec.seed,
        "model": spec.model,
        "prices_as_of": prices_as_of,
        "episodes": len(episodes),
        "complete": complete,
        "verdict": _verdict(spec, len(episodes), invalid, gates, cells),
        **body,
        "digest": _digest(spec, episodes, body),
    }


def exit_code(summary: dict[str, Any]) -> int:
    """0 gates pass, 1 gates fail, 3 too many invalid, 130 interrupted."""
    if not summary["complete"]:
        return 130
    return {"pass": 0, "fail": 1, "invalid": 3}[summary["verdict"]]


def _verdict(
    spec: ExperimentSpec, n: int, invalid: int, gates: Sequence[GateResult], cells: Cells
) -> str:
    if n == 0 or invalid / n > spec.invalid_rate_max:
        return "invalid"
    if any(units and all(u.verdict == "invalid" for u in units) for units in cells.values()):
        return "invalid"  # a cell in which nothing could be graded keeps no gate and breaks none
    if any(units and all(u.outcome == "crashed" for u in units) for units in cells.values()):
        return "fail"  # an agent that only ever crashes is broken, whatever was asked of it
    return "fail" if any(g.passed is False for g in gates) else "pass"


def _cells(spec: ExperimentSpec, episodes: Sequence[EpisodeResult]) -> Cells:
    cells: Cells = {(a.name, c.name): [] for a in spec.agents for c in spec.conditions}
    for episode in episodes:
        for unit in episode.conversations:
            cells[unit.agent, unit.condition].append(unit)
    return cells


def _cell(
    spec: ExperimentSpec,
    key: tuple[str, str],
    units: Sequence[ConversationResult],
    estimates: dict[str, Estimate],
) -> dict[str, Any]:
    agent, name = key
    condition = next(c for c in spec.conditions if c.name == name)
    return {
        "id": f"{agent}/{name}", "agent": agent, "model": spec.model, "world": spec.world,
        "persona": ", ".join(condition.personas or spec.personas),
        "faults": ", ".join(condition.plans), "oversight": None, "condition": name,
        "episodes": len({u.episode for u in units}),
        "conversations": len(units),
        "invalid": sum(u.verdict == "invalid" for u in units),
        "metrics": {m: e.to_dict() for m, e in estimates.items()},
    }  # fmt: skip


def _paired(spec: ExperimentSpec, cells: Cells) -> list[dict[str, Any]]:
    """The first two agents (or those the spec names) against each other, per condition."""
    names = spec.compare or [a.name for a in spec.agents[:2]]
    if len(names) < 2:
        return []
    a, b = names[0], names[1]
    return [
        d.to_dict()
        for c in spec.conditions
        for d in differences(cells[a, c.name], cells[b, c.name], names=(a, b), condition=c.name)
    ]


def _digest(spec: ExperimentSpec, episodes: Sequence[EpisodeResult], body: dict[str, Any]) -> str:
    """Over every figure and every episode's traces: equal digests mean equal experiments."""
    proof = {
        "spec": spec.model_dump(mode="json"),
        "episodes": [
            [e.id, e.seed, e.verdict, e.outcome, e.trace_digest, e.schedule_digest]
            for e in episodes
        ],
        **body,
    }
    return blake2b(canonical(proof).encode(), digest_size=16).hexdigest()
