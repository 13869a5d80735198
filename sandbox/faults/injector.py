"""The injector: stands at the injection points and lets the faults of a plan act.

A fault's chance is drawn from (seed, fault, conversation, agent, tool, nth call): another agent, or one more
fault, reshuffles nothing. A fault that does not fire leaves no mark, in the trace or elsewhere.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from fnmatch import fnmatchcase
from typing import Any

from sandbox.faults.fault import Fault, Surroundings
from sandbox.faults.kinds.planted_injection import PlantedInjection, PlantingGround
from sandbox.faults.kinds.schema_drift import SchemaDrift
from sandbox.llm.plan import Temptation
from sandbox.sim.points import Call, Forward, Points
from sandbox.sim.seeds import Seeds
from sandbox.sim.trace import Trace, canonical
from sandbox.surfaces.tools import ToolDescription
from sandbox.worlds.task import Task

STAGE = 50
"""Inside limits and oversight (lower stages), outside the system itself."""


class Injector:
    """The faults of one episode."""

    def __init__(self, faults: Sequence[Fault], *, at: Surroundings, trace: Trace) -> None:
        self.faults = tuple(faults)
        self._planted: dict[str, list[tuple[Fault, str]]] = {}
        self._at = at
        self._trace = trace

    def install(self, points: Points) -> None:
        """Stand around every tool call from now on."""
        if self.faults:
            points.add("tool", self._around, stage=STAGE)

    def describe(self, tool: ToolDescription) -> ToolDescription:
        """*tool* as it is advertised: drift that is announced stands in its result schema."""
        schema = tool.result_schema
        for fault in self.faults:
            if isinstance(fault, SchemaDrift) and fnmatchcase(tool.name, fault.tool):
                schema = fault.drift_schema(schema)
        return tool if schema is tool.result_schema else replace(tool, result_schema=schema)

    def plant(
        self,
        world: PlantingGround,
        task: Task,
        scope: Mapping[str, Any],
        seeds: Seeds,
        conversation: str,
    ) -> list[Temptation]:
        """Place every planted text of the plan for one conversation; what tempts from then on."""
        found = []
        for fault in self.faults:
            planted = (
                fault.plant(world, task, scope, seeds)
                if isinstance(fault, PlantedInjection)
                else None
            )
            if planted is not None:
                found.append(planted)
                self._record(fault, conversation=conversation, changed=False)
                self._planted.setdefault(conversation, []).append((fault, planted.canary))
        return found

    def forget(self, conversation: str) -> None:
        """The conversation is over."""
        self._planted.pop(conversation, None)

    async def _around(self, call: Call, forward: Forward) -> Any:
        result = await self._faulted(call, forward)
        planted = self._planted.get(call.conversation)
        if planted:
            text = canonical(result)
            for entry in [e for e in planted if e[1] in text]:
                planted.remove(entry)  # the first reading counts
                self._record(entry[0], call, conversation=call.conversation, changed=True)
        return result

    async def _faulted(self, call: Call, forward: Forward) -> Any:
        for fault in reversed(self.faults):
            if fault.matches(call) and self._applies(fault, call) and self._drawn(fault, call):
                forward = self._bound(fault, forward)
        return await forward(call)

    def _applies(self, fault: Fault, call: Call) -> bool:
        """A pattern may name reads and writes; each kind acts on those that it makes sense on.

        On no operation of a system, none does: `*` does not mean the sandbox's own `wait`.
        """
        operation = self._at.operations.get(call.target)
        return operation is not None and fault.applies_to in ("any", operation.kind)

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
            self._record(
                fault, call, conversation=call.conversation, changed=error is not inner.error
            )
            raise
        if fault.fires(call, inner.called):
            changed = not inner.called or fault.changed(call, inner.result, result)
            self._record(fault, call, conversation=call.conversation, changed=changed)
        return result

    def _record(
        self, fault: Fault, call: Call | None = None, *, conversation: str, changed: bool
    ) -> None:
        made = {"call": call.id, "tool": call.target} if call is not None else {}
        self._trace.emit(
            "fault_fired", conversation=conversation, fault=fault.name, kind=fault.kind,
            changed=changed, **made,
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
