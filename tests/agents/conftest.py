"""An office: a kernel, an env with fake tools, and a user with prepared replies."""

from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, cast

import pytest

from sandbox.agents.contract import Agent, Env
from sandbox.errors import NotFound, ToolError
from sandbox.llm.endpoint import ModelEndpoint
from sandbox.llm.latency import LatencyProfile
from sandbox.llm.messages import Completion, Model, ToolCall
from sandbox.llm.prices import load_prices
from sandbox.llm.scripted import ScriptedModel
from sandbox.sim.kernel import Kernel
from sandbox.sim.points import Points
from sandbox.sim.seeds import Seeds
from sandbox.sim.trace import Trace
from sandbox.surfaces.tools import Toolbox


@dataclass
class FakeTool:
    """A tool backed by a function; `errors` come first, `lost` ones after the work was done."""

    name: str
    work: Callable[..., Any]
    kind: str = "read"
    idempotency_arg: str | None = None
    errors: list[ToolError] = field(default_factory=list)
    lost: list[ToolError] = field(default_factory=list)
    description: str = "Does it."
    args_schema: dict[str, Any] = field(default_factory=dict)


class FakeTools(Mapping[str, FakeTool]):
    """A box of fake tools that remembers its calls."""

    def __init__(self, now: Callable[[], float]) -> None:
        self.tools: dict[str, FakeTool] = {}
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.times: list[float] = []
        self._now = now

    def __getitem__(self, name: str) -> FakeTool:
        return self.tools[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.tools)

    def __len__(self) -> int:
        return len(self.tools)

    async def call(self, name: str, args: dict[str, Any]) -> Any:
        self.calls.append((name, args))
        self.times.append(self._now())
        tool = self.tools.get(name)
        if tool is None:
            raise NotFound(f"no tool {name}", tool=name)
        if tool.errors:
            raise tool.errors.pop(0)
        result = tool.work(**args)
        if tool.lost:
            raise tool.lost.pop(0)
        return result

    @property
    def called(self) -> list[str]:
        return [name for name, _ in self.calls]


class FakeUser:
    """A user with prepared replies, who leaves after the last one."""

    opening = "My order never came."

    def __init__(self, *replies: str) -> None:
        self.replies = list(replies)
        self.heard: list[str] = []

    async def reply(self, text: str) -> str | None:
        self.heard.append(text)
        return self.replies.pop(0) if self.replies else None

    async def tell(self, text: str) -> None:
        self.heard.append(text)


class Office:
    """A kernel with one env on it, and a way to run an agent there."""

    def __init__(self) -> None:
        self.kernel = Kernel(Seeds(1))
        self.clock = self.kernel.clock
        self.trace = Trace(lambda: self.clock.now)
        self.tools = FakeTools(lambda: self.clock.now)
        self.user = FakeUser()

    def tool(self, name: str, work: Callable[..., Any], **more: Any) -> FakeTool:
        self.tools.tools[name] = FakeTool(name, work, **more)
        return self.tools.tools[name]

    def env(self, *answers: Completion, model: Model | None = None) -> Env:
        endpoint = ModelEndpoint(
            model or ScriptedModel(answers), clock=self.clock, points=Points(), trace=self.trace,
            seeds=self.kernel.seeds, prices=load_prices(), latency=LatencyProfile(1.0, 1.0, 1e9),
            conversation="c1",
        )  # fmt: skip
        return Env(
            task=self.user.opening, instructions="Be kind.", tools=cast(Toolbox, self.tools),
            user=self.user, model=endpoint, clock=self.clock, seeds=self.kernel.seeds,
            conversation="c1", call_sync=self.kernel.call_sync,
            note=lambda text: (self.trace.emit("note", text=text), None)[1],
        )  # fmt: skip

    def run(self, agent: Agent, task: str = "My order never came.") -> str:
        async def body() -> str:
            return await agent(task)

        return self.kernel.run(body())

    def do(self, work: Awaitable[Any]) -> Any:
        async def body() -> Any:
            return await work

        return self.kernel.run(body())

    def says(self, text: str) -> Completion:
        return Completion(text)

    def calls(self, tool: str, **args: Any) -> Completion:
        return Completion("", (ToolCall(f"call_{tool}", tool, args),))


@pytest.fixture
def office() -> Office:
    return Office()
