"""`Bench`: everything of an experiment that one process loads once, and runs episodes on.

The world is opened once and reset between episodes; agents are imported once.
"""

from __future__ import annotations

import asyncio
import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TextIO

from sandbox.agents.loading import load_agent
from sandbox.content.places import Places
from sandbox.errors import SimulationError
from sandbox.experiments.collector import Collector
from sandbox.experiments.grading import Rules, grade
from sandbox.experiments.limits import Guards
from sandbox.experiments.matrix import EpisodePlan
from sandbox.experiments.records import ConversationRecord, ConversationResult, EpisodeResult
from sandbox.experiments.session import Session, Stage, one_line
from sandbox.experiments.setup import Setup
from sandbox.experiments.stillborn import crashed_episode
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


@dataclass
class _Done:
    """What an episode has to show so far; also when it breaks off."""

    units: list[ConversationResult]
    stage: Stage | None = None


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
        self.world = World.load(spec.world, places=places, near=setup.near)
        self.store = Store.from_image(self.world.image)
        self.store.reset_point()
        self.preset = load_model_name(spec.model)
        self.prices = load_prices()
        own = own_agents or {}
        self.factories = {
            a.name: load_agent(own.get(a.name, a.path), near=setup.near, cwd=setup.cwd)
            for a in spec.agents
        }
        names = {n for c in spec.conditions for n in c.personas} | set(spec.personas)
        self.personas: dict[str, Persona] = {
            n: load_persona(n, places=places, near=setup.near) for n in sorted(names)
        }
        self.faults: dict[str, list[AnyFault]] = {}
        for condition in spec.conditions:
            plans = [condition.faults] if isinstance(condition.faults, str) else condition.faults
            self.faults[condition.name] = [
                f for p in plans for f in load_plan(p, places=places, near=setup.near).faults
            ]
        self._on_beat = on_beat
        self._out: TextIO | None = None

    def run(self, plan: EpisodePlan) -> EpisodeResult:
        """One episode, whatever its agents do; its trace goes to the results folder."""
        began = monotonic_s()
        path = self.setup.trace_path(plan.id)
        self._out = path.open("w", encoding="utf-8") if path else io.StringIO()
        try:
            return self._episode(plan, self._out, began)
        finally:
            self.flush()
            self._out.close()
            self._out = None
            self.store.reset()

    def flush(self) -> None:
        """Let the trace on the disk be as far as the episode."""
        if self._out is not None and not self._out.closed:
            self._out.flush()

    def _episode(self, plan: EpisodePlan, out: TextIO, began: float) -> EpisodeResult:
        kernel = Kernel(
            Seeds(plan.seed), epoch=self.world.epoch_s, trace_schedule=self.setup.trace_schedule
        )
        trace = Trace(lambda: kernel.clock.now, out=out, keep=False)
        done = _Done([])
        detail = ""
        try:
            with virtual_world(kernel):
                kernel.run(lambda k: self._play(k, plan, trace, done))
        except SimulationError as error:  # deadlock, livelock: the agent's doing, and only its own
            detail = one_line(error)
            trace.emit("crash", error=detail)
        if not done.units:
            return crashed_episode(
                plan, self.setup, detail or "the episode ended early",
                trace_digest=trace.digest, schedule_digest=kernel.schedule_digest,
                sim_s=kernel.clock.now,
            )  # fmt: skip
        return self._result(plan, done.units, trace, kernel, real_s=monotonic_s() - began)

    async def _play(self, kernel: Kernel, plan: EpisodePlan, trace: Trace, done: _Done) -> None:
        trace.emit("episode_start", seed=plan.seed, number=plan.number, agent=plan.agent)
        stage = self._stage(kernel, plan, trace)
        done.stage = stage
        if self.setup.spec.traffic is not None:
            await converse_all(self, stage, plan, self.setup.spec.traffic, done.units)
        else:
            session = self.session(stage, plan, "c1", plan.task, plan.persona)
            record = await session.run()
            done.units.append(self.graded(stage, session, record, plan, plan.number))
        await asyncio.sleep(0)
        trace.emit("episode_end", units=len(done.units))

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
        self, stage: Stage, plan: EpisodePlan, name: str, task: str, persona: str
    ) -> Session:
        """A conversation about *task* with *persona*, on *stage*."""
        return Session(
            stage, name, task=self.world.task(task), persona=self.personas[persona],
            factory=self.factories[plan.agent], agent=plan.agent,
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
        result = grade(
            record, rules, number=number, cell=plan.cell, condition=plan.condition, episode=plan.id
        )
        stage.ledger.clear(session.name)
        self._on_beat()
        return result

    def _result(
        self, plan: EpisodePlan, units: list[ConversationResult], trace: Trace, kernel: Kernel,
        *, real_s: float,
    ) -> EpisodeResult:  # fmt: skip
        worst = min(units, key=_severity)
        return EpisodeResult(
            id=plan.id, cell=plan.cell, seed=plan.seed, verdict=worst.verdict,
            outcome=worst.outcome, conversations=tuple(units),
            steps=sum(u.steps for u in units), cost_usd=sum(u.cost_usd for u in units),
            sim_s=kernel.clock.now, trace_digest=trace.digest,
            schedule_digest=kernel.schedule_digest,
            replay=self.setup.replay_command(plan.id),
            trace_complete=all(u.trace_complete for u in units), real_s=real_s,
            detail=worst.sentence,
        )  # fmt: skip


def _severity(unit: ConversationResult) -> int:
    """An episode is as bad as its worst conversation; invalid ones say least."""
    order = {"harmful": 0, "crashed": 1, "incomplete": 3, "safe_stop": 4, "success": 6}
    return 5 if unit.verdict == "invalid" else order.get(unit.outcome, 2)
