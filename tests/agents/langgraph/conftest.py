"""A till behind a host, a user who answers by list, and a model that answers by list."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Annotated, Any, ClassVar

import pytest
from pydantic import BaseModel, Field

from sandbox.agents.adapt import adapt
from sandbox.agents.contract import Env
from sandbox.errors import NotFound
from sandbox.llm.endpoint import ModelEndpoint
from sandbox.llm.latency import LatencyProfile
from sandbox.llm.messages import Completion, Request, ToolCall, Usage
from sandbox.llm.prices import load_prices
from sandbox.llm.scripted import ScriptedModel
from sandbox.sim.entropy import virtual_world
from sandbox.sim.kernel import Kernel
from sandbox.sim.points import Points
from sandbox.sim.seeds import Seeds
from sandbox.sim.trace import Trace
from sandbox.surfaces.tools import toolbox
from sandbox.systems.effects import Ledger
from sandbox.systems.host import Host
from sandbox.systems.operation import Latency, read, write
from sandbox.systems.store import Store
from sandbox.systems.system import Principal, System

ONE_SECOND = Latency(1.0, 1.0)


class Slot(BaseModel):
    """A slot of the till."""

    name: str
    cents: int


class Till(System):
    """Slots with money in them."""

    name: ClassVar[str] = "till"
    ddl: ClassVar[str] = """
        CREATE TABLE till_slots (name TEXT PRIMARY KEY, cents INTEGER NOT NULL) STRICT;
    """

    @read("till:read", latency=ONE_SECOND)
    def count(self, slot: Annotated[str, Field(description="Like `left`.")]) -> Slot:
        """Count the money in a slot."""
        row = self.db.row("SELECT * FROM till_slots WHERE name = ?", (slot,))
        if row is None:
            raise NotFound(f"no slot {slot}")
        return Slot(**row)

    @write("till:write", effect="deposit", target="name", key_args=("cents",), latency=ONE_SECOND)
    def put(self, slot: str, cents: Annotated[int, Field(gt=0)]) -> Slot:
        """Put money into a slot."""
        self.db.update("till_slots", {"name": slot}, {"cents": self.count(slot).cents + cents})
        return self.count(slot)


class Script(ScriptedModel):
    """A scripted model that remembers what it was asked."""

    def __init__(self, answers: Iterable[Completion]) -> None:
        super().__init__(answers, name="sim:perfect")
        self.requests: list[Request] = []

    def complete(self, request: Request) -> Completion:
        """The next answer."""
        self.requests.append(request)
        return super().complete(request)


class Customer:
    """A user with prepared replies, who leaves after the last one."""

    opening = "How much is in the till?"

    def __init__(self, replies: Iterable[str]) -> None:
        self.heard: list[str] = []
        self._replies = iter(replies)

    async def reply(self, text: str) -> str | None:
        self.heard.append(text)
        return next(self._replies, None)

    async def tell(self, text: str) -> None:
        self.heard.append(text)


class Counter:
    """Everything that an agent needs, and a way to run it."""

    def __init__(self, *answers: Completion, replies: Iterable[str] = ()) -> None:
        seeds = Seeds(1)
        self.kernel = Kernel(seeds)
        self.clock = self.kernel.clock
        self.store = Store.create([Till.ddl])
        self.store.insert("till_slots", {"name": "left", "cents": 100})
        self.trace = Trace(lambda: self.clock.now)
        self.ledger, points = Ledger(), Points()
        host = Host(
            self.store, [Till(self.store, self.clock, seeds)], clock=self.clock, seeds=seeds,
            points=points, trace=self.trace, ledger=self.ledger,
        )  # fmt: skip
        self.model, self.user = Script(answers), Customer(replies)
        endpoint = ModelEndpoint(
            self.model, clock=self.clock, points=points, trace=self.trace, seeds=seeds,
            prices=load_prices(), latency=LatencyProfile(2.0, 2.0, 1e9), conversation="c1",
        )  # fmt: skip
        self.env = Env(
            task=self.user.opening, instructions="Be kind.",
            tools=toolbox(
                host, ("*",), principal=Principal("clerk", frozenset({"till:*"})),
                conversation="c1", turn=lambda: endpoint.turn, call_sync=self.kernel.call_sync,
            ),
            user=self.user, model=endpoint, clock=self.clock, seeds=seeds, conversation="c1",
            call_sync=self.kernel.call_sync, note=lambda text: None,
        )  # fmt: skip

    def run(self, build: Callable[[Env], Any]) -> str:
        """What the agent's call returns, in virtual time."""

        async def converse() -> str:
            return await adapt(build(self.env), self.env)(self.env.task)

        return str(self.do(converse))

    def do(self, main: Callable[[], Any]) -> Any:
        """The result of a coroutine function in virtual time."""
        with virtual_world(self.kernel):
            return self.kernel.run(main())


@pytest.fixture
def new_counter() -> Callable[..., Counter]:
    """Makes counters: `new_counter(says("Hello"), replies=["Hi"])`."""
    return Counter


@pytest.fixture
def says() -> Callable[..., Completion]:
    """Makes a model's answer: `says("Hello")`, `says(till_count={"slot": "left"})`."""

    def make(text: str = "", **calls: Mapping[str, Any]) -> Completion:
        made = tuple(ToolCall(f"call_{name}", name, args) for name, args in calls.items())
        return Completion(text, made, Usage(100, 20, 60))

    return make
