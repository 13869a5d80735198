"""One conversation: a user, an agent, a task, from the opening to the graded verdict."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from sandbox.agents.adapt import adapt
from sandbox.agents.contract import Env, Factory
from sandbox.content.references import resolve
from sandbox.errors import ConversationOver, SandboxBug, SandboxError, SimulationError
from sandbox.experiments.collector import Collector
from sandbox.experiments.limits import Guard, Guards
from sandbox.experiments.records import ConversationRecord
from sandbox.experiments.spec import Limits
from sandbox.faults.injector import Injector
from sandbox.faults.kinds import StaleRead
from sandbox.llm.endpoint import ModelEndpoint
from sandbox.llm.plan import Plan, Temptation
from sandbox.llm.presets import Preset
from sandbox.llm.prices import Prices
from sandbox.llm.simulated import SimulatedModel
from sandbox.personas.persona import Persona
from sandbox.personas.user import SyntheticUser
from sandbox.sim.kernel import Kernel
from sandbox.sim.points import Points
from sandbox.sim.seeds import Seeds
from sandbox.sim.trace import Trace
from sandbox.systems.effects import Ledger
from sandbox.worlds.company import Company
from sandbox.worlds.plan import plan_of
from sandbox.worlds.task import EffectPattern, Effects, Task

CANCELS_MAX = 20
"""How often an agent that swallows its cancellation is told to stop before it is left behind."""


@dataclass
class Stage:
    """What all conversations of an episode share."""

    kernel: Kernel
    company: Company
    points: Points
    trace: Trace
    ledger: Ledger
    injector: Injector
    guards: Guards
    collector: Collector
    limits: Limits
    preset: Preset
    prices: Prices
    taken: set[str] = field(default_factory=set)
    """Records that a conversation is about: no two at once share one."""


@dataclass
class Ending:
    """How the agent's call ended."""

    crash: str = ""
    invalid: str = ""
    answer: str = ""


class Session:
    """One conversation on a stage; `await run()` gives its record, to be graded."""

    def __init__(
        self, stage: Stage, name: str, *, task: Task, persona: Persona, factory: Factory, agent: str
    ) -> None:
        self.stage = stage
        self.name = name
        self.task = task
        self.persona = persona
        self.factory = factory
        self.agent = agent
        self.seeds: Seeds = stage.kernel.seeds.child("conversation", name)
        self.temptations: list[Temptation] = []
        self._clock = stage.kernel.clock

    async def run(self) -> ConversationRecord:
        """Play the conversation; whatever the agent does ends here, and nowhere else."""
        stage = self.stage
        stage.collector.open(self.name)
        started = self._clock.now
        guard = Guard(self.name, stage.limits, clock=self._clock, trace=stage.trace)
        stage.guards.add(guard)
        scope: Mapping[str, Any] = {}
        user: SyntheticUser | None = None
        ending = Ending()
        try:
            scope = self._prepare()
            user = self._user(scope)
            env = self._env(scope, user, guard)
            guard.start()
            user.begin()
            ending = await self._play(env, user, guard)
        except SimulationError:
            raise
        except SandboxError as error:
            ending.invalid = f"{type(error).__name__}: {error}"
        finally:
            guard.end()
            if user is not None:
                user.close()
            stage.guards.remove(guard)
            stage.injector.forget(self.name)
            stage.company.host.forget(self.name)
            stage.company.release(self.task, scope, stage.taken)
        return self._record(scope, user, guard, ending, started)

    # -- before

    def _prepare(self) -> Mapping[str, Any]:
        """Cast the task, arrange what happened before, plant what tempts, schedule what comes."""
        stage, company = self.stage, self.stage.company
        stage.trace.emit(
            "conversation_start", conversation=self.name, task=self.task.id,
            persona=self.persona.id, agent=self.agent,
        )  # fmt: skip
        scope = company.cast(self.task, self.seeds, stage.taken)
        scope = company.arrange(self.task, scope, conversation=self.name)
        self.temptations += stage.injector.plant(company, self.task, scope, self.seeds, self.name)
        if any(isinstance(f, StaleRead) for f in stage.injector.faults):
            company.host.store.mark_replica()  # made only where somebody will read from it
        company.schedule(self.task.happenings, scope, conversation=self.name)
        return scope

    def _user(self, scope: Mapping[str, Any]) -> SyntheticUser:
        temptation = None
        if self.persona.attack is not None and self.task.temptation is not None:
            goal = self.task.temptation
            temptation = Temptation(
                f"attack:{self.persona.id}", "user", f"case {self.seeds.token(8, 'canary')}",
                goal.tool, resolve(dict(goal.args), scope),
            )  # fmt: skip
            self.temptations.append(temptation)
        return SyntheticUser(
            self.persona,
            resolved(self.task.user, scope),
            clock=self._clock,
            seeds=self.seeds,
            trace=self.stage.trace,
            conversation=self.name,
            temptation=temptation,
            demand=resolve(self.task.temptation.demand, scope) if self.task.temptation else "",
            change_of_mind=self._change_of_mind(scope),
        )

    def _change_of_mind(self, scope: Mapping[str, Any]) -> str:
        change = self.task.change_of_mind
        return str(resolve(change.says, scope)) if change is not None else ""

    def _env(self, scope: Mapping[str, Any], user: SyntheticUser, guard: Guard) -> Env:
        stage = self.stage
        plan: Plan = plan_of(self.task, scope, temptations=tuple(self.temptations))
        endpoint = ModelEndpoint(
            SimulatedModel(plan, stage.preset, self.seeds),
            clock=self._clock, points=stage.points, trace=stage.trace, seeds=self.seeds,
            prices=stage.prices, latency=stage.preset.profile, conversation=self.name,
        )  # fmt: skip
        guard.endpoint = endpoint
        return Env(
            task=user.opening,
            instructions=stage.company.world.instructions,
            tools=stage.company.toolbox(
                conversation=self.name,
                turn=lambda: endpoint.turn,
                describe=partial(stage.injector.describe, conversation=self.name),
                call_sync=stage.kernel.call_sync,
            ),
            user=user,
            model=endpoint,
            clock=self._clock,
            seeds=self.seeds.child("agent"),
            conversation=self.name,
            call_sync=stage.kernel.call_sync,
            note=self._note,
        )

    def _note(self, text: str) -> None:
        self.stage.trace.emit("note", conversation=self.name, text=str(text))

    # -- during

    async def _play(self, env: Env, user: SyntheticUser, guard: Guard) -> Ending:
        """Run the agent until it answers, raises, or spends its budget."""
        ending = Ending()
        agent = asyncio.ensure_future(self._agent(env, user, ending))
        stopped = asyncio.ensure_future(guard.stopped.wait())
        try:
            await asyncio.wait({agent, stopped}, return_when=asyncio.FIRST_COMPLETED)
            for _ in range(CANCELS_MAX):
                if agent.done():
                    break
                agent.cancel()
                await asyncio.wait({agent}, timeout=1.0)
        finally:
            stopped.cancel()
            if agent.done() and not agent.cancelled():
                agent.exception()
        return ending

    async def _agent(self, env: Env, user: SyntheticUser, ending: Ending) -> None:
        try:
            agent = adapt(self.factory(env), env)
            answer = await agent(env.task)
            ending.answer = answer if isinstance(answer, str) else repr_of(answer)
            if ending.answer and not user.left:
                await user.tell(ending.answer)
        except ConversationOver:
            pass
        except (asyncio.CancelledError, KeyboardInterrupt):
            raise
        except SandboxBug as error:  # ours: the agent is not to blame
            ending.invalid = one_line(error)
        except BaseException as error:  # noqa: BLE001 - whatever an agent raises ends its own conversation
            ending.crash = one_line(error)
            self.stage.trace.emit("crash", conversation=self.name, error=ending.crash)

    # -- after

    def _record(
        self, scope: Mapping[str, Any], user: SyntheticUser | None, guard: Guard, ending: Ending,
        started: float,
    ) -> ConversationRecord:  # fmt: skip
        endpoint = guard.endpoint
        usage = endpoint.usage if endpoint is not None else None
        self.stage.trace.emit(
            "conversation_end", conversation=self.name, left=user.left_reason if user else "",
            crash=ending.crash, limit=guard.reached or "",
        )  # fmt: skip
        effects, must_tell = self._expected(scope, user)
        return ConversationRecord(
            id=self.name, task=self.task.id, persona=self.persona.id, agent=self.agent,
            started_s=started, ended_s=self._clock.now,
            events=self.stage.collector.close(self.name),
            facts={f.name: str(resolve(f.value, scope)) for f in self.task.user.facts} if scope else {},
            effects=self.stage.ledger.of(self.name), expected=effects, must_tell=must_tell,
            said=[text for _, text in user.said_by_agent] if user else [],
            left=user.left_reason if user else "", crash=ending.crash, limit=guard.reached or "",
            invalid=ending.invalid or "; ".join(user.errors if user else ()),
            steps=guard.steps, model_calls=guard.model_calls,
            cost_usd=endpoint.cost_usd if endpoint else 0.0,
            input_tokens=usage.input_tokens if usage else 0,
            output_tokens=usage.output_tokens if usage else 0,
            temptations=tuple(t.name for t in self.temptations),
        )  # fmt: skip

    def _expected(
        self, scope: Mapping[str, Any], user: SyntheticUser | None
    ) -> tuple[Effects, list[Any]]:
        """What the task asks for, given how the conversation went; planted goals are forbidden."""
        if not scope:  # it never began
            return Effects(), []
        changed = user is not None and user.changed_mind and self.task.change_of_mind is not None
        source: Any = self.task.change_of_mind if changed else self.task
        effects: Effects = resolved(source.effects, scope)
        forbidden = [self._forbidden(t) for t in self.temptations]
        effects = effects.model_copy(
            update={"forbidden": [*effects.forbidden, *(f for f in forbidden if f is not None)]}
        )
        return effects, [resolved(t, scope) for t in source.must_tell]

    def _forbidden(self, temptation: Temptation) -> EffectPattern | None:
        """The effect that the tempting call would commit."""
        operation = self.stage.company.host.operations.get(temptation.tool)
        if operation is None or operation.kind == "read":
            return None
        args = {k: v for k, v in temptation.args.items() if v is not None}
        return EffectPattern(effect=operation.effect, args=args, rule=temptation.name)


def resolved(model: Any, scope: Mapping[str, Any]) -> Any:
    """*model* with the references in all its texts resolved."""
    return type(model).model_validate(resolve(model.model_dump(), scope))


def one_line(error: BaseException) -> str:
    """An exception in one line: type and first line of its text."""
    text = str(error).strip().splitlines()
    return f"{type(error).__name__}: {text[0][:200]}" if text else type(error).__name__


def repr_of(value: Any) -> str:
    """What an agent answered that is no text, named by its type: its repr may hold an address."""
    return f"<{type(value).__name__}>" if value is not None else ""
