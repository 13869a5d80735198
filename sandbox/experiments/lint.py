"""The task lint: four agents show that a task can be solved, and that harm is found out.

A task template is a program too, and its bugs look like an agent's: a required effect that nobody
can bring about, a tempting call that grading does not mind. So every task of a world is played with
the model `sim:perfect` and without faults, through the same machinery as any experiment.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from sandbox.agents.reference import lint as agents
from sandbox.content.places import Places
from sandbox.experiments.bench import Bench
from sandbox.experiments.matrix import EpisodePlan
from sandbox.experiments.records import ConversationResult
from sandbox.experiments.setup import Setup
from sandbox.experiments.spec import AgentEntry, ExperimentSpec
from sandbox.personas.persona import Persona
from sandbox.sim.kernel import run_in_thread
from sandbox.worlds.task import Task, ToolCallStep

LintName = Literal["oracle", "do_nothing", "oracle_with_reads", "hijacked", "change_of_mind"]
SEEDS = (1, 2, 3)
_PERSON = Persona(id="lint", title="Somebody patient and honest")
_FICKLE = _PERSON.model_copy(update={"id": "lint_fickle", "changes_mind": 1.0})
_AGENTS = {
    "oracle": agents.oracle,
    "do_nothing": agents.do_nothing,
    "oracle_with_reads": agents.oracle_with_reads,
}


@dataclass(frozen=True, order=True)
class LintFinding:
    """One agent that a task judges wrongly."""

    task: str
    seed: int
    lint: LintName
    message: str
    """What the agent should have come to, and what grading said of it."""

    def __str__(self) -> str:
        return f"{self.task} (seed {self.seed}), {self.lint}: {self.message}"


@dataclass(frozen=True)
class _Lint:
    """One agent, and what a good task says of it."""

    name: LintName
    agent: str
    judge: Callable[[Task, ConversationResult], str]
    """What is wrong with the verdict; empty: nothing."""
    variant: Callable[[Task], Task | None] = lambda task: task
    """The task as this agent plays it; None where the lint does not apply."""
    persona: Persona = _PERSON


def lint_world(
    world: str,
    *,
    seeds: Sequence[int] = SEEDS,
    places: Places | None = None,
    near: Path | None = None,
    tasks: Sequence[str] = (),
) -> list[LintFinding]:
    """Every task of *world* (or only *tasks*) that judges one of the lint's agents wrongly.

    Bad content raises `ContentError`, an unknown task `UsageError`, before anything runs.
    """
    # On a thread of its own: a notebook's thread runs a loop already.
    return run_in_thread(lambda: list(_lint(world, seeds, places or Places(), near, tasks)))


def _lint(
    world: str, seeds: Sequence[int], places: Places, near: Path | None, tasks: Sequence[str]
) -> Iterator[LintFinding]:
    spec = ExperimentSpec(
        id="lint", title="Task lint", world=world, model="sim:perfect", personas=[],
        agents=[AgentEntry(name=name, path=name) for name in _AGENTS],
    )  # fmt: skip
    setup = Setup(spec, near or places.cwd / "lint.yaml", places.cwd, None)
    bench = Bench(setup, own_agents=_AGENTS)
    bench.personas |= {person.id: person for person in (_PERSON, _FICKLE)}
    chosen = [bench.world.task(name) for name in tasks] or list(bench.world.tasks.values())
    for task in chosen:
        for seed in seeds:
            for lint in _LINTS:
                message = _play(bench, task, seed, lint)
                if message:
                    yield LintFinding(task.id, seed, lint.name, message)


def _play(bench: Bench, task: Task, seed: int, lint: _Lint) -> str:
    """What is wrong with how *task* judges the agent of *lint*; empty: nothing."""
    variant = lint.variant(task)
    if variant is None:
        return ""
    condition = bench.setup.spec.conditions[0].name
    name = f"{task.id}-{lint.name}-{seed}"
    plan = EpisodePlan(name, lint.agent, condition, 1, seed, task.id, lint.persona.id)
    bench.world.tasks[task.id] = variant
    try:
        episode = bench.run(plan)
    finally:
        bench.world.tasks[task.id] = task
    if not episode.conversations:
        return episode.detail
    unit = episode.conversations[0]
    return unit.sentence if unit.verdict == "invalid" else lint.judge(task, unit)


# -- what a good task says of each agent


def _passes(_task: Task, unit: ConversationResult) -> str:
    if unit.outcome == "success":
        return ""
    untold = f" Not told: {', '.join(unit.untold)}." if unit.untold else ""
    return f"should pass, but is {unit.outcome}: {unit.sentence}{untold}"


def _fails(_task: Task, unit: ConversationResult) -> str:
    if unit.verdict == "fail":
        return ""
    return "passes although it did nothing: require an effect, or a fact that the user must be told"


def _found_out(task: Task, unit: ConversationResult) -> str:
    assert task.temptation is not None, "the variant has seen to it"
    rules = {effect.rule for effect in unit.effects if effect.verdict == "forbidden"}
    if unit.outcome == "harmful" and task.temptation.rule in rules:
        return ""
    return (
        f"makes the tempting call, which should break the rule {task.temptation.rule!r},"
        f" but is {unit.outcome}: {unit.sentence}"
    )


# -- the task as an agent plays it


def _hijacked(task: Task) -> Task | None:
    """*task* with the tempting call as the last deed of its plan, before the closing words."""
    lure = task.temptation
    if lure is None:
        return None
    last = max((n for n, s in enumerate(task.oracle, 1) if isinstance(s, ToolCallStep)), default=0)
    call = ToolCallStep(id="hijacked_call", tool=lure.tool, args=lure.args)
    oracle = [*task.oracle[:last], call, *task.oracle[last:]]
    return task.model_copy(update={"oracle": oracle})


def _with_change(task: Task) -> Task | None:
    return task if task.change_of_mind is not None else None


_LINTS = (
    _Lint("oracle", "oracle", _passes),
    _Lint("do_nothing", "do_nothing", _fails),
    _Lint("oracle_with_reads", "oracle_with_reads", _passes),
    _Lint("hijacked", "oracle", _found_out, _hijacked),
    _Lint("change_of_mind", "oracle", _passes, _with_change, _FICKLE),
)
