"""The injector: stands at the injection points and lets the faults of a plan act.

A fault's chance is drawn from (seed, fault, conversation, agent, tool, nth call): another agent, or one more
fault, reshuffles nothing. A fault that does not fire leaves no mark, in the trace or elsewhere.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from sandbox.faults.fault import Fault, Surroundings
from sandbox.sim.points import Call, Forward, Points
from sandbox.sim.trace import Trace

STAGE = 50
"""Inside limits and oversight (lower stages), outside the system itself."""


class Injector:
    """The faults of one episode."""

    def __init__(self, faults: Sequence[Fault], *, at: Surroundings, trace: Trace) -> None:
        self.faults = tuple(faults)
        self.fired: list[tuple[str, str]] = []
        """(call id, fault name) in the order of firing."""
        self._at = at
        self._trace = trace

    def install(self, points: Points) -> None:
        """Stand around every tool call from now on."""
        if self.faults:
            points.add("tool", self._around, stage=STAGE)

    async def _around(self, call: Call, forward: Forward) -> Any:
        for fault in reversed(self.faults):
            if fault.matches(call) and self._drawn(fault, call):
                forward = self._bound(fault, forward)
        return await forward(call)

    def _drawn(self, fault: Fault, call: Call) -> bool:
        if fault.probability >= 1.0:
            return True
        key = (fault.name, call.conversation, call.agent, call.target, call.nth)
        return self._at.seeds.uniform("fault", *key) < fault.probability

    def _bound(self, fault: Fault, forward: Forward) -> Callable[[Call], Awaitable[Any]]:
        async def bound(call: Call) -> Any:
            return await self._apply(fault, call, forward)

        return bound

    async def _apply(self, fault: Fault, call: Call, forward: Forward) -> Any:
        inner = _Watched(forward)
        try:
            result = await fault.around(call, inner, self._at)
        except BaseException as error:
            if not isinstance(error, Exception) or error is not inner.error:
                self._record(fault, call, changed=True)
            raise
        if fault.fires(call, inner.called):
            changed = not inner.called or fault.alters_silently or result != inner.result
            self._record(fault, call, changed=changed)
        return result

    def _record(self, fault: Fault, call: Call, *, changed: bool) -> None:
        self.fired.append((call.id, fault.name))
        self._trace.emit(
            "fault_fired", call=call.id, conversation=call.conversation, tool=call.target,
            fault=fault.name, kind=fault.kind, changed=changed,
        )  # fmt: skip


class _Watched:
    """What the system itself answered, before the fault had its way with it."""

    def __init__(self, forward: Forward) -> None:
        self._forward = forward
        self.called = False
        self.result: Any = None
        self.error: BaseException | None = None

    async def __call__(self, call: Call) -> Any:
        self.called = True
        try:
            self.result = await self._forward(call)
        except BaseException as error:
            self.error = error
            raise
        return self.result
