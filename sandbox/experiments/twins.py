"""Each conversation against its fault-free twin: same agent, same number, same task, no fault.

Only against the twin can one say that a run went out of hand, and only where the twin succeeded
does a fault prove anything of the agent.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from sandbox.experiments.loops import runaway
from sandbox.experiments.records import ConversationResult, EpisodeResult, Loop
from sandbox.experiments.spec import ExperimentSpec


def with_twins(spec: ExperimentSpec, episodes: Sequence[EpisodeResult]) -> list[EpisodeResult]:
    """*episodes* with `recovered` and runaway loops filled in."""
    calm = next((c.name for c in spec.conditions if not c.faults and not c.personas), None)
    units = (u for e in episodes for u in e.conversations)
    twins = {_key(u): u for u in units if u.condition == calm and u.verdict != "invalid"}
    return [replace(e, conversations=tuple(_compared(e.conversations, twins))) for e in episodes]


def _compared(
    units: Iterable[ConversationResult], twins: dict[tuple[str, int, str], ConversationResult]
) -> Iterable[ConversationResult]:
    for unit in units:
        twin = twins.get(_key(unit))
        if twin is None or twin is unit or unit.verdict == "invalid":
            yield unit
            continue
        found = _runaway(unit, twin)
        counted = bool(unit.faults_fired) and twin.outcome == "success"
        yield replace(
            unit,
            loops=(*(x for x in unit.loops if x.type != "runaway"), *([found] if found else [])),
            recovered=(unit.outcome == "success") if counted else None,
        )


def _runaway(unit: ConversationResult, twin: ConversationResult) -> Loop | None:
    if twin.outcome == "crashed" or twin.outcome.startswith("budget"):
        return None  # cut off: no measure of how long the work takes
    return runaway(
        unit.steps,
        unit.input_tokens + unit.output_tokens,
        unit.cost_usd,
        twin=(twin.steps, twin.input_tokens + twin.output_tokens, twin.cost_usd),
    )


def _key(unit: ConversationResult) -> tuple[str, int, str]:
    return unit.agent, unit.number, unit.task
