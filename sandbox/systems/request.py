"""`Request`: one tool call on its way to a system and back, in virtual time.

The way takes half the latency there and half back; between them stands one atomic step. A caller
that stops waiting does not call its request back: it is carried out, and nobody hears the answer.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

from sandbox.errors import SandboxBug, ToolError
from sandbox.sim.points import Call
from sandbox.systems.execution import Bound, Outcome
from sandbox.systems.system import Principal

if TYPE_CHECKING:
    from sandbox.systems.host import Host

Answer = Outcome | ToolError
"""What a system says: it takes the way back either way."""


class Request:
    """The innermost handler of a call, inside all interceptors."""

    __slots__ = ("_host", "_principal")

    def __init__(self, host: Host, principal: Principal) -> None:
        self._host = host
        self._principal = principal

    async def handle(self, call: Call) -> Any:
        """The result of *call* as JSON, after its latency."""
        host = self._host
        bound = host.admit(call, self._principal)
        args = bound.validated(call.args)
        # A slow network that an interceptor asks for delays the request, not the caller: so it
        # arrives even if the caller has gone by then.
        half_s = (host.latency_s(call, bound) + call.options.get("delay_s", 0.0)) / 2
        answer = await self._there(call, bound, args, half_s)
        await self._back(call, answer, half_s)
        if isinstance(answer, ToolError):
            raise answer
        return answer.result

    async def _there(self, call: Call, bound: Bound, args: BaseModel, half_s: float) -> Answer:
        due = self._host.clock.now + half_s
        try:
            await self._host.clock.sleep(half_s)
        except asyncio.CancelledError:
            self._host.expect(call.conversation, due)
            self._at(due, partial(self._arrive_unawaited, call, bound, args, half_s))
            raise
        return self._step(call, bound, args)

    async def _back(self, call: Call, answer: Answer, half_s: float) -> None:
        due = self._host.clock.now + half_s
        try:
            await self._host.clock.sleep(half_s)
        except asyncio.CancelledError:
            self._at(due, partial(self._answer_nobody, call, answer))
            raise

    def _step(self, call: Call, bound: Bound, args: BaseModel) -> Answer:
        """The one moment at which the system acts."""
        host, options = self._host, call.options
        try:
            if bound.operation.kind == "read":
                return self._read(call, bound, args)
            outcome = bound.write(
                host.store, args, self._principal, discard=bool(options.get("discard"))
            )
        except ToolError as error:
            return error
        if outcome.changeset:
            host.commit(call, bound, args, outcome)
        return outcome

    def _read(self, call: Call, bound: Bound, args: BaseModel) -> Outcome:
        """The answer of the live systems, or of a replica and whether that one is stale."""
        live = self._host.store
        replica = call.options.get("replica")
        if replica is None:
            return bound.read(live, args, self._principal)
        if replica != "initial":
            raise SandboxBug(f"replica={replica!r}: the only replica is the 'initial' state")
        now = _or_error(lambda: bound.read(live, args, self._principal))
        then = _or_error(lambda: bound.read(live.replica(), args, self._principal))
        call.options["stale"] = _told(now) != _told(then)
        if isinstance(then, ToolError):
            raise then
        return then

    def _at(self, due: float, act: Callable[[], None]) -> None:
        """Let *act* happen at *due*, without a task.

        A task would have to be kept and would be cancelled in its turn; an exception in a plain
        timer of the loop would only be logged, where in an event of SimPy it ends the run.
        """
        env = self._host.clock.env
        event = env.timeout(max(0.0, due - env.now))
        event.callbacks.append(lambda _: act())

    def _arrive_unawaited(self, call: Call, bound: Bound, args: BaseModel, half_s: float) -> None:
        answer = self._step(call, bound, args)
        self._at(self._host.clock.now + half_s, partial(self._answer_nobody, call, answer))

    def _answer_nobody(self, call: Call, answer: Answer) -> None:
        self._host.answered(
            call, answer if isinstance(answer, ToolError) else answer.result, heard=False
        )


def _or_error(read: Callable[[], Outcome]) -> Answer:
    try:
        return read()
    except ToolError as error:
        return error


def _told(answer: Answer) -> Any:
    return answer.to_dict() if isinstance(answer, ToolError) else answer.result
