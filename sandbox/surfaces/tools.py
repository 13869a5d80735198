"""Python tools: what an agent in this process calls, by name, JSON Schema and async function."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any, Literal

from sandbox.errors import UsageError
from sandbox.systems.execution import did_you_mean
from sandbox.systems.host import Host
from sandbox.systems.operation import Operation, Poll, tidy
from sandbox.systems.system import Principal
from sandbox.systems.waiting import DESCRIPTION, WAIT, WaitArgs, Waited

CallSync = Callable[..., Any]
"""`call_sync(coroutine_function, *args)`: how synchronous code waits in virtual time."""


@dataclass(frozen=True, slots=True)
class ToolDescription:
    """What an agent is told of a tool."""

    name: str
    description: str
    args_schema: dict[str, Any]
    """JSON Schema of the arguments, an object."""
    result_schema: dict[str, Any]
    kind: Literal["read", "write"]
    effect: str = ""
    """Class of the effect that a write commits."""
    idempotency_arg: str | None = None
    """Argument under which a repeated write is answered, not repeated."""
    poll: Poll | None = None
    """How often this read is meant to be repeated while waiting for a change."""


Describe = Callable[[ToolDescription], ToolDescription]


@dataclass(frozen=True, slots=True)
class _Caller:
    """Who calls through the tools of one box."""

    host: Host
    principal: Principal
    agent: str
    conversation: str
    turn: Callable[[], int]
    call_sync: CallSync | None

    async def call(self, operation: str, args: dict[str, Any]) -> Any:
        return await self.host.call(
            operation,
            args,
            principal=self.principal,
            agent=self.agent,
            turn=self.turn(),
            conversation=self.conversation,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Tool(ToolDescription):
    """One tool: `await tool(order_id="1001")`, or `await tool.call({"order_id": "1001"})`."""

    operation: str
    """The host's name of it; `name` is what the agent was told."""
    caller: _Caller = field(repr=False, compare=False)

    async def __call__(self, **args: Any) -> Any:
        """The result as JSON; raises a `ToolError` that the agent must cope with."""
        return await self.caller.call(self.operation, args)

    async def call(self, args: dict[str, Any]) -> Any:
        """The same with the arguments as one object."""
        return await self.caller.call(self.operation, args)

    def call_sync(self, args: dict[str, Any]) -> Any:
        """The same from synchronous code that runs in a thread of the simulation."""
        if self.caller.call_sync is None:
            raise UsageError(
                f"{self.name}: these tools were made for async code: await tool.call()"
            )
        return self.caller.call_sync(self.call, args)


class Toolbox(Mapping[str, Tool]):
    """The tools that one agent was given, by name, in the order in which it is told of them."""

    def __init__(self, tools: Sequence[Tool], caller: _Caller) -> None:
        self._tools = {tool.name: tool for tool in tools}
        self._caller = caller

    def __getitem__(self, name: str) -> Tool:
        return self._tools[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._tools)

    def __len__(self) -> int:
        return len(self._tools)

    async def call(self, name: str, args: dict[str, Any]) -> Any:
        """The result of a call as a model asks for it; `NotFound` for a tool that is not here.

        An agent that makes up a tool gets an error like any other, and the trace shows the attempt.
        """
        if not isinstance(name, str):  # agents are not type-checked
            raise TypeError(f"a tool is called by its name, not by {type(name).__name__}")
        tool = self._tools.get(name)
        if tool is not None:
            return await tool.call(args)
        caller = self._caller
        return await caller.host.refuse(
            name,
            args,
            list(self._tools),
            principal=caller.principal,
            agent=caller.agent,
            turn=caller.turn(),
            conversation=caller.conversation,
        )

    def call_sync(self, name: str, args: dict[str, Any]) -> Any:
        """The same from synchronous code that runs in a thread of the simulation."""
        if self._caller.call_sync is None:
            raise UsageError("these tools were made for async code: await toolbox.call()")
        return self._caller.call_sync(self.call, name, args)


def toolbox(
    host: Host,
    names_or_patterns: Sequence[str],
    *,
    principal: Principal,
    agent: str = "agent",
    conversation: str = "",
    turn: Callable[[], int] = int,  # int() is 0: no model turn
    describe: Describe | None = None,
    call_sync: CallSync | None = None,
    wait: bool = False,
) -> Toolbox:
    """The tools of *host* that match, like `stripe_get_charge` or `zendesk_*`, in that order.

    *turn* tells the model turn that asks for a call. *describe* may alter what the agent is told
    (an advertised drift of the schema); calls still go to the same operation. With *wait* the
    sandbox's own tool of that name comes last.
    """
    caller = _Caller(host, principal, agent, conversation, turn, call_sync)
    tools = []
    for name in select(host.operations, names_or_patterns):
        told = describe_operation(host.operations[name])
        if describe is not None:
            told = describe(told)
        tools.append(_tool(told, name, caller))
    if wait:
        tools.append(_tool(_WAIT_TOOL, WAIT, caller))
    return Toolbox(tools, caller)


_WAIT_TOOL = ToolDescription(
    name=WAIT,
    description=DESCRIPTION,
    args_schema=tidy(WaitArgs.model_json_schema()),
    result_schema=tidy(Waited.model_json_schema()),
    kind="read",
)


def _tool(told: ToolDescription, operation: str, caller: _Caller) -> Tool:
    fields = {slot: getattr(told, slot) for slot in ToolDescription.__slots__}
    return Tool(**fields, operation=operation, caller=caller)


def select(names: Mapping[str, object], names_or_patterns: Sequence[str]) -> list[str]:
    """The *names* that match, each once, in the order of the patterns, then of *names*."""
    found: dict[str, None] = {}
    for pattern in names_or_patterns:
        if pattern in names:  # a plain name, as from a world that has chosen its tools already
            found[pattern] = None
            continue
        matching = [name for name in names if fnmatchcase(name, pattern)]
        if not matching:
            raise UsageError(f"no tool matches {pattern!r}{did_you_mean(pattern, names)}")
        found.update(dict.fromkeys(matching))
    return list(found)


def describe_operation(operation: Operation) -> ToolDescription:
    """What an agent is told of *operation* when nobody alters it."""
    return ToolDescription(
        name=operation.name,
        description=operation.description,
        args_schema=operation.args_schema,
        result_schema=operation.result_schema,
        kind=operation.kind,
        effect=operation.effect,
        idempotency_arg=operation.idempotency_arg,
        poll=operation.poll,
    )
