"""The injector: stands at the injection points and lets the faults of a plan act.

A fault's chance is drawn from (seed, fault, conversation, member, tool, nth call): another member,
or one more fault, reshuffles nothing. A fault that does not fire leaves no mark, in the trace or
elsewhere.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fnmatch import fnmatchcase
from typing import Any

from sandbox.faults.fault import Fault, Passage, Surroundings
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
    """The faults of one episode; the first stands outermost, the last next to the system."""

    def __init__(self, faults: Sequence[Fault], *, at: Surroundings, trace: Trace) -> None:
        self.faults = tuple(faults)
        self._at = at
        self._trace = trace
        self._unread: dict[str, list[tuple[Fault, str]]] = {}
        """Planted texts that nobody has read yet, with their canaries, by conversation."""
        self._shared: dict[str, str] = {}
        """The text that stands in an article now, by fault."""
        self._advertised: dict[str, set[str]] = {}

    def install(self, points: Points) -> None:
        """Stand around every tool call from now on."""
        if self.faults:
            points.add("tool", self._around, stage=STAGE)

    # Before a conversation

    def describe(self, tool: ToolDescription, *, conversation: str = "") -> ToolDescription:
        """*tool* as it is advertised: drift that is announced stands in its result schema.

        What an agent can read there may change what it does, so the fault has fired with it.
        """
        schema = tool.result_schema
        for fault in self.faults:
            if isinstance(fault, SchemaDrift) and fnmatchcase(tool.name, fault.tool):
                drifted = fault.drift_schema(schema)
                if drifted is not schema and fault.meets(self._at.seeds, conversation):
                    schema = drifted
                    self._advertise(fault, conversation)
        return tool if schema is tool.result_schema else replace(tool, result_schema=schema)

    def _advertise(self, fault: Fault, conversation: str) -> None:
        told = self._advertised.setdefault(conversation, set())
        if fault.name not in told:
            told.add(fault.name)
            self._record(fault, conversation=conversation, changed=False)

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
            if not isinstance(fault, PlantedInjection):
                continue
            before = self._shared.get(fault.name, "")
            planted = fault.plant(world, task, scope, seeds, before=before)
            if planted is None:
                continue
            if fault.place == "article":
                self._shared[fault.name] = planted.text
            found.append(planted.temptation)
            self._record(fault, conversation=conversation, changed=False)
            unread = self._unread.setdefault(conversation, [])
            unread.append((fault, planted.temptation.canary))
        return found

    def forget(self, conversation: str) -> None:
        """The conversation is over."""
        self._unread.pop(conversation, None)
        self._advertised.pop(conversation, None)

    # Around a call

    async def _around(self, call: Call, forward: Forward) -> Any:
        result = await self._faulted(call, forward)
        unread = self._unread.get(call.conversation)
        if unread:
            text = canonical(result)
            for entry in [e for e in unread if e[1] in text]:
                unread.remove(entry)  # the first reading counts
                self._record(entry[0], call, conversation=call.conversation, changed=True)
        return result

    async def _faulted(self, call: Call, forward: Forward) -> Any:
        for fault in reversed(self.faults):
            if self._acts(fault, call):
                forward = self._bound(fault, forward)
        return await forward(call)

    def _acts(self, fault: Fault, call: Call) -> bool:
        """Whether *fault* stands around *call*.

        A pattern may name reads and writes; each kind acts on those that it makes sense on, and
        none on what is no system's: a made-up tool, or the sandbox's own `wait`.
        """
        operation = self._at.operations.get(call.target)
        return (
            operation is not None
            and fault.applies_to in ("any", operation.kind)
            and fault.matches(call)
            and fault.drawn(self._at.seeds, call)
        )

    def _bound(self, fault: Fault, forward: Forward) -> Forward:
        async def bound(call: Call) -> Any:
            return await self._apply(fault, call, forward)

        return bound

    async def _apply(self, fault: Fault, call: Call, forward: Forward) -> Any:
        inner = _Watched(forward)
        try:
            result = await fault.around(call, inner, self._at)
        except BaseException as error:
            self._passed(fault, call, Passage(inner.called, inner.result, error))
            raise
        self._passed(fault, call, Passage(inner.called, inner.result, result))
        return result

    def _passed(self, fault: Fault, call: Call, passage: Passage) -> None:
        if fault.fired(call, passage):
            changed = fault.changed(call, passage)
            self._record(fault, call, conversation=call.conversation, changed=changed)

    def _record(
        self, fault: Fault, call: Call | None = None, *, conversation: str, changed: bool
    ) -> None:
        made = {"call": call.id, "tool": call.target} if call is not None else {}
        self._trace.emit(
            "fault_fired", conversation=conversation, fault=fault.name, kind=fault.kind,
            changed=changed, **made,
        )  # fmt: skip


class _Watched:
    """What stands inside a fault, with its answer remembered."""

    def __init__(self, forward: Forward) -> None:
        self._forward = forward
        self.called = False
        self.result: Any = None
        """The result, or the exception."""

    async def __call__(self, call: Call) -> Any:
        self.called = True
        try:
            self.result = await self._forward(call)
        except BaseException as error:
            self.result = error
            raise
        return self.result
