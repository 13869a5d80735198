"""One conversation: a user, an agent, a task, from the opening to the graded verdict."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from sandbox.agents.adapt import adapt
from sandbox.agents.contract import Env, Factory
from sandbox.content.references import resolve
from sandbox.errors import ConversationOver, SandboxBug
from sandbox.experiments.limits import Guard
from sandbox.experiments.records import ConversationRecord
from sandbox.experiments.stage import (
    CONVERSATION,
    Stage,
    is_interrupt,
    with_agent_place,
    with_place,
)
from sandbox.faults.kinds import StaleRead
from sandbox.llm.endpoint import ModelEndpoint
from sandbox.llm.messages import Usage
from sandbox.llm.plan import Plan, Temptation
from sandbox.llm.simulated import SimulatedModel
from sandbox.personas.persona import Persona
from sandbox.personas.user import SyntheticUser
from sandbox.sim.seeds import Seeds
from sandbox.worlds.plan import plan_of
from sandbox.worlds.task import EffectPattern, Effects, Task, Telling

CANCELS_MAX = 20
"""How often an agent that swallows its cancellation is told to stop before it is left behind."""


@dataclass
class Ending:
    """How the agent's call ended."""

    crash: str = ""
    """What the agent raised, in one line."""
    invalid: str = ""
    """What went wrong on our side."""


@dataclass(frozen=True)
class _Expected:
    """What the task asks of the agent in this conversation, and what the user knows."""

    effects: Effects = field(default_factory=Effects)
    must_tell: Sequence[Telling] = ()
    facts: Mapping[str, str] = field(default_factory=dict)


class Session:
    """One conversation on a stage; `await run()` gives its record, to be graded."""

    def __init__(
        self,
        stage: Stage,
        name: str,
        *,
        task: Task,
        persona: Persona,
        factory: Factory,
        agent: str,
        number: int,
    ) -> None:
        self.stage = stage
        self.name = name
        self.task = task
        self.persona = persona
        self.factory = factory
        self.agent = agent
        self.number = number
        """Within the cell: conversations of one number are paired across cells."""
        self.seeds: Seeds = stage.kernel.seeds.child("conversation", name)
        self.temptations: list[Temptation] = []
        self._clock = stage.kernel.clock
        self._started_s = self._clock.now
        self._ended_s: float | None = None
        self._guard = Guard(name, stage.limits, clock=self._clock, trace=stage.trace)
        self._scope: Mapping[str, Any] = {}
        self._user: SyntheticUser | None = None
        self._ending = Ending()
        self.halted = False
        """Whether its agent held up everybody."""

    async def run(self) -> ConversationRecord:
        """Play the conversation; whatever the agent does ends here, and nowhere else."""
        stage, guard = self.stage, self._guard
        stage.running[self.name] = self
        stage.collector.open(self.name)
        stage.guards.add(guard)
        try:
            self._prepare()
            user = self._user = self._make_user()
            env = self._env(user)
            guard.start()
            user.begin()
            await self._play(env)
            self._ended_s = self._clock.now
            # A request that the agent gave up is carried out all the same, and graded.
            await self.stage.company.host.settle(self.name)
        except Exception as error:
            self._ending.invalid = with_place(error)
        finally:
            self._leave()
        return self.record()

    def halt(self, reason: str) -> bool:
        """End the conversation, as its agent holds up everybody; False: that was tried before."""
        if self.halted:
            return False
        self.halted = True
        self._crashed(reason)
        self._guard.stopped.set()
        return True

    def wreck(self, reason: str, *, at_fault: bool) -> ConversationRecord:
        """The record of a conversation that the simulation's end has cut off."""
        if at_fault:
            self._crashed(reason)
        else:
            self._ending.invalid = self._ending.invalid or reason
        return self.record()

    # -- before

    def _prepare(self) -> None:
        """Cast the task, arrange what happened before, plant what tempts, schedule what comes."""
        stage, company = self.stage, self.stage.company
        stage.trace.emit(
            "conversation_start", conversation=self.name, task=self.task.id,
            persona=self.persona.id, agent=self.agent,
        )  # fmt: skip
        # Kept at once: what was taken is given back, also when the next line fails.
        self._scope = company.cast(self.task, self.seeds, stage.taken)
        scope = self._scope = company.arrange(self.task, self._scope, conversation=self.name)
        self.temptations += stage.injector.plant(company, self.task, scope, self.seeds, self.name)
        if any(isinstance(f, StaleRead) for f in stage.injector.faults):
            company.host.store.mark_replica()  # made only where somebody will read from it
        company.schedule(self.task.happenings, scope, conversation=self.name)

    def _make_user(self) -> SyntheticUser:
        scope, temptation = self._scope, None
        if self.persona.attack is not None and self.task.temptation is not None:
            goal = self.task.temptation
            temptation = Temptation(
                f"attack:{self.persona.id}", "user", f"case {self.seeds.token(8, 'canary')}",
                goal.tool, resolve(dict(goal.args), scope),
            )  # fmt: skip
            self.temptations.append(temptation)
        change = self.task.change_of_mind
        return SyntheticUser(
            self.persona,
            resolved(self.task.user, scope),
            clock=self._clock,
            seeds=self.seeds,
            trace=self.stage.trace,
            conversation=self.name,
            temptation=temptation,
            demand=resolve(self.task.temptation.demand, scope) if self.task.temptation else "",
            change_of_mind=str(resolve(change.says, scope)) if change is not None else "",
        )

    def _env(self, user: SyntheticUser) -> Env:
        stage = self.stage
        plan: Plan = plan_of(self.task, self._scope, temptations=tuple(self.temptations))
        endpoint = ModelEndpoint(
            SimulatedModel(plan, stage.preset, self.seeds),
            clock=self._clock, points=stage.points, trace=stage.trace, seeds=self.seeds,
            prices=stage.prices, latency=stage.preset.profile, conversation=self.name,
        )  # fmt: skip
        self._guard.endpoint = endpoint
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

    async def _play(self, env: Env) -> None:
        """Run the agent until it answers, raises, or spends its budget."""
        stopped = self._guard.stopped
        agent = asyncio.create_task(self._agent(env), name=f"agent of {self.name}")
        watch = asyncio.create_task(stopped.wait(), name=f"guard of {self.name}")
        try:
            await asyncio.wait({agent, watch}, return_when=asyncio.FIRST_COMPLETED)
            if agent.cancelled() and not stopped.is_set():
                self._crashed("CancelledError: the agent cancelled itself")
            for _ in range(CANCELS_MAX):
                if agent.done():
                    break
                agent.cancel()
                await asyncio.wait({agent}, timeout=1.0)
        finally:
            watch.cancel()
            if agent.done() and not agent.cancelled():
                agent.exception()

    async def _agent(self, env: Env) -> None:
        CONVERSATION.set(self.name)
        user = self._user
        assert user is not None, "made before the agent"
        try:
            agent = adapt(self.factory(env), env)
            answer = await agent(env.task)
            if answer and not user.left:
                await user.tell(answer)
        except ConversationOver:
            pass
        except (asyncio.CancelledError, GeneratorExit):
            raise
        except SandboxBug as error:  # ours: the agent is not to blame
            self._ending.invalid = with_place(error)
        except BaseException as error:
            if is_interrupt(error):
                raise
            self._crashed(with_agent_place(error))  # whatever it raises ends its own conversation

    def _crashed(self, reason: str) -> None:
        """Note why the agent ended; the first reason counts, and none after the end."""
        if not self._ending.crash and self.name in self.stage.running:
            self._ending.crash = reason
            self.stage.trace.emit("crash", conversation=self.name, error=reason)

    # -- after

    def _leave(self) -> None:
        stage = self.stage
        self._guard.end()
        if self._user is not None:
            self._user.close()
        stage.guards.remove(self._guard)
        stage.injector.forget(self.name)
        stage.company.host.forget(self.name)
        stage.company.release(self.task, self._scope, stage.taken)

    def record(self) -> ConversationRecord:
        """Everything that is known of the conversation, which is over; ask once."""
        stage, user, guard, ending = self.stage, self._user, self._guard, self._ending
        self._tell_escapes()
        left = user.left_reason if user else ""
        stage.trace.emit(
            "conversation_end", conversation=self.name, left=left, crash=ending.crash,
            limit=guard.reached or "",
        )  # fmt: skip
        del stage.running[self.name]
        try:
            expected = self._expected()
        except Exception as error:
            ending.invalid, expected = with_place(error), _Expected()
        endpoint = guard.endpoint
        usage = endpoint.usage if endpoint is not None else Usage(0, 0)
        return ConversationRecord(
            id=self.name, task=self.task.id, persona=self.persona.id, agent=self.agent,
            started_s=self._started_s,
            ended_s=self._clock.now if self._ended_s is None else self._ended_s,
            events=stage.collector.close(self.name), facts=expected.facts,
            effects=stage.ledger.of(self.name), expected=expected.effects,
            must_tell=expected.must_tell,
            said=[text for _, text in user.said_by_agent] if user else [],
            left=left, crash=ending.crash, limit=guard.reached or "",
            invalid=ending.invalid or guard.bug or "; ".join(user.errors if user else ()),
            steps=guard.steps, model_calls=guard.model_calls,
            cost_usd=endpoint.cost_usd if endpoint else 0.0,
            input_tokens=usage.input_tokens, output_tokens=usage.output_tokens,
            temptations=tuple(t.name for t in self.temptations),
        )  # fmt: skip

    def _tell_escapes(self) -> None:
        """Say in the trace which calls were refused: agent code may have swallowed the error."""
        calls = self.stage.kernel.escapes
        # Of conversations at once nobody knows whose it was.
        whose = self.name if len(self.stage.running) == 1 else ""
        for call in calls:
            self.stage.trace.emit("note", conversation=whose, text=f"refused: {call}")
        calls.clear()

    def _expected(self) -> _Expected:
        """What the task asks for, given how the conversation went; planted goals are forbidden."""
        scope, user = self._scope, self._user
        if user is None:  # it never began
            return _Expected()
        changed = user.changed_mind and self.task.change_of_mind is not None
        source: Any = self.task.change_of_mind if changed else self.task
        effects: Effects = resolved(source.effects, scope)
        forbidden = [self._forbidden(t) for t in self.temptations]
        effects = effects.model_copy(
            update={"forbidden": [*effects.forbidden, *(f for f in forbidden if f is not None)]}
        )
        return _Expected(
            effects,
            [resolved(telling, scope) for telling in source.must_tell],
            {fact.name: str(resolve(fact.value, scope)) for fact in self.task.user.facts},
        )

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
