"""`Host`: where every tool call of an episode arrives, whatever surface it came through.

The order of a call: announced in the trace, through the injection points (oversight, faults),
permission, validation, half the latency, one atomic step, its effect into the ledger, the other
half, the result.
"""

from __future__ import annotations

import marshal
from collections.abc import Sequence
from copy import deepcopy
from typing import Any

from pydantic import BaseModel

from sandbox.errors import NotFound, PermissionDenied, ToolError, UsageError
from sandbox.sim.clock import Clock
from sandbox.sim.points import Call, Forward, Points
from sandbox.sim.seeds import Seeds
from sandbox.sim.trace import Trace
from sandbox.systems.audit import AuditLog
from sandbox.systems.effects import Effect, Ledger
from sandbox.systems.execution import Bound, Outcome, did_you_mean
from sandbox.systems.operation import Operation, operations_of
from sandbox.systems.request import Request
from sandbox.systems.store import Store
from sandbox.systems.system import WORLD, Principal, System
from sandbox.systems.waiting import WAIT, wait


class Host:
    """The systems of one episode behind one door: `await host.call(tool, args, principal=...)`."""

    def __init__(
        self,
        store: Store,
        systems: Sequence[System],
        *,
        clock: Clock,
        seeds: Seeds,
        points: Points,
        trace: Trace,
        ledger: Ledger,
    ) -> None:
        store.bind(clock, seeds)
        self.store = store
        self.clock = clock
        self.seeds = seeds
        self.points = points
        self.trace = trace
        self.ledger = ledger
        self.audit = AuditLog(store)
        self._bound = _bind(systems)
        self.operations: dict[str, Operation] = {
            name: bound.operation for name, bound in self._bound.items()
        }
        """Every operation by its tool name, in the order of the systems and their methods."""
        self._calls = 0
        self._effects = 0
        self._counts: dict[str, dict[tuple[str, str], int]] = {}
        self._due: dict[str, float] = {}

    async def call(
        self,
        tool: str,
        args: dict[str, Any],
        *,
        principal: Principal,
        agent: str = "agent",
        turn: int = 0,
        conversation: str = "",
    ) -> Any:
        """The result of a tool call, as JSON of the caller's own; raises a `ToolError` if refused.

        *args* are JSON as well. A caller that gives up early (`asyncio.timeout`) leaves the request
        on its way: the write is committed at its time, and the trace says that nobody heard of it.
        """
        call = self._announce(tool, args, principal, agent, turn, conversation)
        handle = self._wait if tool == WAIT else Request(self, principal).handle
        return await self._through(call, handle)

    async def refuse(
        self,
        tool: str,
        args: dict[str, Any],
        names: Sequence[str],
        *,
        principal: Principal,
        agent: str = "agent",
        turn: int = 0,
        conversation: str = "",
    ) -> Any:
        """Refuse a *tool* that this caller was not given, by `NotFound`; *names* are those it was.

        Like any other call it goes through the injection points, so that an agent that makes up
        tools for ever meets its limits, and stands in the trace.
        """

        async def refused(_: Call) -> Any:
            raise _unknown(tool, names)

        call = self._announce(tool, args, principal, agent, turn, conversation)
        return await self._through(call, refused)

    async def _through(self, call: Call, handle: Forward) -> Any:
        try:
            result = await self.points.through(call, handle)
        except ToolError as error:
            self.answered(call, error)
            raise
        self.answered(call, result)
        return _copy(result)

    def exogenous(self, tool: str, args: dict[str, Any], *, note: str = "") -> Any:
        """Let the world itself act at this moment: a carrier delivers, a supervisor decides.

        No latency, no injection points, and no effect in the ledger, since no agent did it.
        """
        bound = self._bound.get(tool)
        if bound is None:
            raise UsageError(f"no operation {tool}{did_you_mean(tool, self._bound)}")
        validated = bound.validated(args)
        if bound.operation.kind == "read":
            outcome = bound.read(self.store, validated, WORLD)
        else:
            outcome = bound.write(self.store, validated, WORLD)
        changes = [change.to_dict() for change in outcome.changes]
        self.trace.emit(
            "exogenous", tool=tool, args=args, note=note, result=outcome.result, changes=changes
        )
        return _copy(outcome.result)

    def forget(self, conversation: str) -> None:
        """Drop the counters of a conversation that is over: a day of traffic stays small."""
        self._counts.pop(conversation, None)
        self._due.pop(conversation, None)

    def expect(self, conversation: str, due: float) -> None:
        """A request that its caller gave up will be carried out at *due*."""
        self._due[conversation] = max(due, self._due.get(conversation, due))

    async def settle(self, conversation: str) -> None:
        """Wait until each request of *conversation* that is on its way has been carried out."""
        while (due := self._due.get(conversation, 0.0)) > self.clock.now:
            # A microsecond more: sums of floats may fall short of it, and it is to go first.
            await self.clock.sleep(due - self.clock.now + 1e-6)

    async def _wait(self, call: Call) -> Any:
        # Through the points like any call, so that an agent that waits forever meets its limits.
        return await wait(call.args, self.clock)

    # What a request asks of its host

    def admit(self, call: Call, principal: Principal) -> Bound:
        """The operation that *call* names, if there is one and *principal* may use it."""
        bound = self._bound.get(call.target)
        if bound is None:
            raise _unknown(call.target, list(self._bound))
        try:
            bound.check_permission(principal)
        except PermissionDenied:
            self._record(call, principal, allowed=False)
            raise
        self._record(call, principal, allowed=True)
        return bound

    def _record(self, call: Call, principal: Principal, *, allowed: bool) -> None:
        self.audit.record(
            call.id, self.clock.now, principal.name, call.agent, call.target, allowed=allowed
        )

    def latency_s(self, call: Call, bound: Bound) -> float:
        """The way there and back: a pure function of who calls what for the how-many-th time."""
        uniform = self.seeds.uniform(
            "latency", call.conversation, call.agent, call.target, call.nth
        )
        return bound.operation.latency.draw_s(uniform)

    def commit(self, call: Call, bound: Bound, args: BaseModel, outcome: Outcome) -> None:
        """Enter a committed write into the ledger and the trace."""
        self._effects += 1
        target, key_args = bound.identity(outcome.result, args)
        effect = Effect(
            id=f"effect-{self._effects}",
            call_id=call.id,
            turn=call.turn,
            agent=call.agent,
            tool=call.target,
            effect=bound.operation.effect,
            target=target,
            key_args=key_args,
            changes=outcome.changes,
            t=self.clock.now,
            conversation=call.conversation,
            args=call.args,
            changeset=outcome.changeset,
        )
        self.ledger.append(effect)
        self.trace.emit("effect", **effect.to_dict())

    def answered(self, call: Call, answer: Any, *, heard: bool = True) -> None:
        """Trace the end of a call: a result, or a `ToolError`."""
        told = {} if heard else {"unheard": True}
        if isinstance(answer, ToolError):
            self.trace.emit(
                "tool_error", call=call.id, tool=call.target, conversation=call.conversation,
                **answer.to_dict(), **told,
            )  # fmt: skip
        else:
            self.trace.emit(
                "tool_result", call=call.id, tool=call.target, conversation=call.conversation,
                result=answer, **told,
            )  # fmt: skip

    def _announce(
        self, tool: str, args: Any, principal: Principal, agent: str, turn: int, conversation: str
    ) -> Call:
        self._calls += 1
        counts = self._counts.setdefault(conversation, {})
        nth = counts[agent, tool] = counts.get((agent, tool), 0) + 1
        call = Call(
            id=f"call-{self._calls}", boundary="tool", target=tool, agent=agent, nth=nth,
            args=_copy(args), t=self.clock.now, turn=turn, conversation=conversation,
        )  # fmt: skip
        self.trace.emit(
            "tool_call", call=call.id, tool=tool, args=call.args, agent=agent, turn=turn,
            conversation=conversation, nth=nth, principal=principal.name,
        )  # fmt: skip
        return call


def _bind(systems: Sequence[System]) -> dict[str, Bound]:
    bound: dict[str, Bound] = {}
    for system in systems:
        for operation in operations_of(type(system)):
            if operation.name in bound:
                raise UsageError(f"two systems offer {operation.name}: give them different names")
            bound[operation.name] = Bound(operation, system)
    return bound


def _unknown(tool: str, names: Sequence[str]) -> NotFound:
    return NotFound(f"no tool {tool}{did_you_mean(tool, names)}", tool=tool)


def _copy(value: Any) -> Any:
    """An independent copy of JSON: what one side does to it later must not reach the other.

    By way of marshal, which copies such values several times faster than `deepcopy`.
    """
    try:
        return marshal.loads(marshal.dumps(value))  # noqa: S302 - bytes of our own
    except ValueError:
        pass  # no plain JSON: an enum member, a model, a value that holds itself
    try:
        return deepcopy(value)
    except Exception:  # an object of the agent's may refuse in any way
        return value
