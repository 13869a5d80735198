"""`Bench`: everything of an experiment that one process loads once, and runs episodes on.

The world is opened once and reset between episodes; agents are imported once.
"""

from __future__ import annotations

import asyncio
import io
from collections.abc import Callable, Mapping
from typing import Any, TextIO

from sandbox.agents.loading import load_agent
from sandbox.content.places import Places
from sandbox.errors import SimulationError, UsageError
from sandbox.experiments.collector import Collector
from sandbox.experiments.grading import Rules, grade
from sandbox.experiments.limits import Guards
from sandbox.experiments.matrix import EpisodePlan
from sandbox.experiments.records import ConversationRecord, ConversationResult, EpisodeResult
from sandbox.experiments.session import Session
from sandbox.experiments.setup import Setup
from sandbox.experiments.stage import Stage, is_interrupt, one_line, with_place
from sandbox.experiments.stillborn import invalid_episode, ungraded
from sandbox.experiments.traffic import converse_all
from sandbox.faults.fault import Surroundings
from sandbox.faults.injector import Injector
from sandbox.faults.kinds import AnyFault
from sandbox.faults.plan import load_plan
from sandbox.llm.presets import load_model_name
from sandbox.llm.prices import load_prices
from sandbox.personas.load import load_persona
from sandbox.personas.persona import Persona
from sandbox.sim.entropy import virtual_world
from sandbox.sim.kernel import Kernel
from sandbox.sim.points import Points
from sandbox.sim.realtime import monotonic_s
from sandbox.sim.seeds import Seeds
from sandbox.sim.trace import Trace
from sandbox.systems.effects import Ledger
from sandbox.systems.store import Store
from sandbox.worlds.company import Company
from sandbox.worlds.world import World

_BATON_GRACE_S = 10.0


class Bench:
    """Runs episodes of one experiment in this process, one after another."""

    def __init__(
        self,
        setup: Setup,
        *,
        own_agents: Mapping[str, Any] | None = None,
        on_beat: Callable[[], None] = lambda: None,
    ) -> None:
        spec, places = setup.spec, Places(setup.cwd)
        self.setup = setup
        own = own_agents or {}
        self.factories = {
            a.name: load_agent(own.get(a.name, a.path), near=setup.near, cwd=setup.cwd)
            for a in spec.agents
        }
        self.world = World.load(spec.world, places=places, near=setup.near)
        self.store = Store.from_image(self.world.image)
        self.store.reset_point()
        self.preset = load_model_name(spec.model)
        self.prices = load_prices()
        names = {n for c in spec.conditions for n in c.personas} | set(spec.personas)
        self.personas: dict[str, Persona] = {
            n: load_persona(n, places=places, near=setup.near) for n in sorted(names)
        }
        self.faults: dict[str, list[AnyFault]] = {}
        for condition in spec.conditions:
            self.faults[condition.name] = [
                f
                for p in condition.plans
                for f in load_plan(p, places=places, near=setup.near).faults
            ]
        self._on_beat = on_beat

    def run(self, plan: EpisodePlan) -> EpisodeResult:
        """One episode, whatever its agents do; its trace goes to the results folder."""
        began = monotonic_s()
        try:
            with self._trace_file(plan) as out:
                return self._episode(plan, out, began)
        except UsageError:
            raise
        except BaseException as error:
            if is_interrupt(error):
                raise
            return invalid_episode(plan, self.setup, with_place(error))  # the others stand
        finally:
            self.store.reset()

    def _trace_file(self, plan: EpisodePlan) -> TextIO:
        path = self.setup.trace_path(plan.id)
        if path is None:
            return io.StringIO()
        try:
            # Line by line: what a killed worker leaves behind is readable to its last event.
            return path.open("w", encoding="utf-8", buffering=1)
        except OSError as error:
            raise UsageError(f"cannot write {path}: {error.strerror}") from error

    def _episode(self, plan: EpisodePlan, out: TextIO, began: float) -> EpisodeResult:
        kernel = Kernel(
            Seeds(plan.seed), epoch=self.world.epoch_s, trace_schedule=self.setup.trace_schedule,
            # A thread that blocks is found out before the supervisor loses patience.
            baton_grace_s=min(_BATON_GRACE_S, self.setup.spec.limits.real_s_max / 3),
        )  # fmt: skip
        trace = Trace(lambda: kernel.clock.now, out=out, keep=False)
        trace.emit("episode_start", seed=plan.seed, number=plan.number, agent=plan.agent)
        stage = self._stage(kernel, plan, trace)
        kernel.on_error = stage.on_error
        units: list[ConversationResult] = []
        broken: BaseException | None = None
        try:
            with virtual_world(kernel):
                kernel.run(lambda _: self._play(stage, plan, units))
        except BaseException as error:
            if is_interrupt(error):
                raise
            broken = error
        trace.muted = False
        units += self._wrecked(stage, plan, broken)
        if broken is not None and not units:
            raise broken
        units.sort(key=lambda unit: unit.number)
        trace.emit("episode_end", units=len(units))
        return self._result(plan, units, trace, kernel, real_s=monotonic_s() - began)

    async def _play(self, stage: Stage, plan: EpisodePlan, units: list[ConversationResult]) -> None:
        try:
            if self.setup.spec.traffic is not None:
                await converse_all(self, stage, plan, self.setup.spec.traffic, units)
            else:
                session = self.session(stage, plan, "c1", plan.task, plan.persona, plan.number)
                units.append(await self.converse(stage, plan, session))
            await asyncio.sleep(0)
        finally:
            stage.trace.muted = True  # what immortal agents do while everything is cancelled

    async def converse(
        self, stage: Stage, plan: EpisodePlan, session: Session
    ) -> ConversationResult:
        """Play *session* to its end and grade it."""
        return self.graded(stage, session, await session.run(), plan, session.number)

    def _wrecked(
        self, stage: Stage, plan: EpisodePlan, error: BaseException | None
    ) -> list[ConversationResult]:
        """The conversations that were at work when the simulation broke down.

        To blame is one that could not be halted, or a single one whose agent could have done it.
        """
        sessions = list(stage.running.values())
        agents = error is not None and _is_agents(error)
        reason = "the simulation ended before it"
        if error is not None:
            reason = one_line(error) if agents else with_place(error)
        out = []
        for session in sessions:
            blamed = session.halted or (agents and len(sessions) == 1)
            record = session.wreck(reason, at_fault=blamed)
            out.append(self.graded(stage, session, record, plan, session.number))
        return out

    def _stage(self, kernel: Kernel, plan: EpisodePlan, trace: Trace) -> Stage:
        points, ledger, collector = Points(), Ledger(), Collector()
        trace.listen(collector)
        company = Company.open(
            self.world, store=self.store, clock=kernel.clock, seeds=kernel.seeds,
            points=points, trace=trace, ledger=ledger,
        )  # fmt: skip
        at = Surroundings(kernel.clock, kernel.seeds, company.host.operations)
        injector = Injector(self.faults[plan.condition], at=at, trace=trace)
        guards = Guards(points)
        injector.install(points)
        return Stage(
            kernel, company, points, trace, ledger, injector, guards, collector,
            self.setup.spec.limits, self.preset, self.prices,
        )  # fmt: skip

    def session(
        self, stage: Stage, plan: EpisodePlan, name: str, task: str, persona: str, number: int
    ) -> Session:
        """A conversation about *task* with *persona*, on *stage*."""
        return Session(
            stage, name, task=self.world.task(task), persona=self.personas[persona],
            factory=self.factories[plan.agent], agent=plan.agent, number=number,
        )  # fmt: skip

    def graded(
        self, stage: Stage, session: Session, record: ConversationRecord, plan: EpisodePlan,
        number: int,
    ) -> ConversationResult:  # fmt: skip
        """The verdict on a finished conversation; what was kept for it is forgotten."""
        rules = Rules(
            stage.company.host.operations,
            self.world.policies_of(session.task),
            session.temptations,
        )
        try:
            result = grade(
                record, rules, number=number, cell=plan.cell, condition=plan.condition,
                episode=plan.id,
            )  # fmt: skip
        except Exception as error:
            result = ungraded(record, plan, number, with_place(error))
        stage.ledger.clear(session.name)
        self._on_beat()
        return result

    def _result(
        self, plan: EpisodePlan, units: list[ConversationResult], trace: Trace, kernel: Kernel,
        *, real_s: float,
    ) -> EpisodeResult:  # fmt: skip
        worst = min(units, key=_severity, default=None)  # none: in this stretch nobody came
        return EpisodeResult(
            id=plan.id, cell=plan.cell, seed=plan.seed, verdict=worst.verdict if worst else "pass",
            outcome=worst.outcome if worst else "success", conversations=tuple(units),
            steps=sum(u.steps for u in units), cost_usd=sum(u.cost_usd for u in units),
            sim_s=kernel.clock.now, trace_digest=trace.digest,
            schedule_digest=kernel.schedule_digest,
            replay=self.setup.replay_command(plan.id),
            trace_complete=all(u.trace_complete for u in units), real_s=real_s,
            detail=worst.sentence if worst else "No user came.",
        )  # fmt: skip


def _severity(unit: ConversationResult) -> int:
    """An episode is as bad as its worst conversation; invalid ones say least."""
    order = {"harmful": 0, "crashed": 1, "incomplete": 3, "safe_stop": 4, "success": 6}
    return 5 if unit.verdict == "invalid" else order.get(unit.outcome, 2)


def _is_agents(error: BaseException) -> bool:
    """Whether agent code can have caused *error*, by which a whole simulation ended."""
    if isinstance(error, RuntimeError):
        return "Event loop stopped" in str(error)  # loop.stop()
    return isinstance(error, SimulationError | MemoryError) or not isinstance(error, Exception)
