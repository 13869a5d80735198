"""A task's oracle as the plan that the simulated model and the oracle agent follow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sandbox.content.references import resolve
from sandbox.llm.plan import AskStep, Detour, Plan, SayStep, Step, Temptation, ToolStep
from sandbox.worlds.task import AskUserStep, ChangeOfMind, OracleStep, Task, TellUserStep


def plan_of(
    task: Task, scope: Mapping[str, Any], *, temptations: Sequence[Temptation] = ()
) -> Plan:
    """The plan for *task* with its cast, and what may tempt a model off it."""
    change = task.change_of_mind
    return Plan(
        steps=steps_of(task.oracle),
        scope=dict(scope),
        temptations=tuple(temptations),
        detours=(_detour(change, scope),) if change is not None else (),
    )


def steps_of(oracle: Sequence[OracleStep]) -> tuple[Step, ...]:
    """The steps of an oracle; a question or an answer without a name gets one by its number."""
    return tuple(_step(step, number) for number, step in enumerate(oracle, start=1))


def _step(step: OracleStep, number: int) -> Step:
    if isinstance(step, AskUserStep):
        return AskStep(step.id or f"ask_{number}", step.ask)
    if isinstance(step, TellUserStep):
        return SayStep(step.id or f"say_{number}", step.say)
    return ToolStep(step.id, step.tool, step.args, step.until, step.every_s, step.polls_max)


def _detour(change: ChangeOfMind, scope: Mapping[str, Any]) -> Detour:
    # What the user says is resolved beforehand: the model knows the turn by these very words.
    return Detour(canary=str(resolve(change.says, scope)), steps=steps_of(change.oracle))
