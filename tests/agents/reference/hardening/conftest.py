"""A case at the small shop, and a way to try one rule or one middleware on it."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from langchain.agents.middleware import AgentMiddleware, ModelRequest, ModelResponse
from langchain.agents.middleware.types import ToolCallRequest
from langchain_core.messages import AIMessage, HumanMessage, ToolMessage

from sandbox.agents.reference.hardening.case import Case
from sandbox.errors import ToolError
from sandbox.sim.entropy import virtual_world

WHO_SHE_IS = "I am Ada (ada@example.com), order #10001."


class Bench:
    """One case, with the shop around it."""

    def __init__(self, shop: Any, said: str) -> None:
        self.shop = shop
        self.case = Case(shop.env)
        self.messages: list[Any] = [HumanMessage(said)]
        self.case.listen(self.messages)

    def do(self, work: Callable[[], Awaitable[Any]]) -> Any:
        """The result of *work* in virtual time."""

        async def body() -> Any:
            return await work()

        with virtual_world(self.shop.kernel):
            return self.shop.kernel.run(body())

    def through(
        self, middleware: AgentMiddleware[Any, Any, Any], tool: str, **args: Any
    ) -> ToolMessage:
        """The answer to one call with *middleware* around the real tool."""
        call: Any = {"name": tool, "args": args, "id": "call_1", "type": "tool_call"}
        request = ToolCallRequest(call, None, {"messages": self.messages}, None)  # type: ignore[arg-type]
        answer: ToolMessage = self.do(lambda: middleware.awrap_tool_call(request, self.tool))
        return answer

    async def tool(self, request: Any) -> ToolMessage:
        """The real tool, as LangGraph's tool node calls it."""
        call = request.tool_call
        try:
            result = await self.shop.env.tools.call(call["name"], call["args"])
        except ToolError as error:
            text = json.dumps(error.to_dict())
            return ToolMessage(text, name=call["name"], tool_call_id=call["id"], status="error")
        text = json.dumps(result)
        return ToolMessage(text, artifact=result, name=call["name"], tool_call_id=call["id"])

    def ask(self, middleware: AgentMiddleware[Any, Any, Any], model_says: str = "Done.") -> str:
        """What the customer is told when *middleware* stands around a model with this answer."""

        async def model(request: Any) -> ModelResponse[Any]:
            return ModelResponse(result=[AIMessage(model_says)])

        nothing: Any = None  # a model and a state that no middleware here looks at
        request = ModelRequest(
            model=nothing, messages=self.messages, state=nothing, runtime=nothing
        )
        answer = self.do(lambda: middleware.awrap_model_call(request, model))
        last = answer.result[-1] if isinstance(answer, ModelResponse) else answer
        return str(last.text)

    def read(self, tool: str, **args: Any) -> Any:
        """What a guard's own read gives."""
        return self.do(lambda: self.case.read(tool, **args))

    def do_in_shop(self, tool: str, **args: Any) -> Any:
        """Let the agent's own write be carried out and noted."""

        async def write() -> Any:
            result = await self.shop.env.tools.call(tool, args)
            self.case.take(tool, result)
            self.case.written.append((self.shop.env.tools[tool].effect, args))
            return result

        return self.do(write)


@pytest.fixture
def new_bench(new_shop: Callable[..., Any]) -> Callable[..., Bench]:
    """Makes cases: `new_bench("I am Ada", faults=[...])`."""
    return lambda said=WHO_SHE_IS, **options: Bench(new_shop(**options), said)


@pytest.fixture
def bench(new_bench: Callable[..., Bench]) -> Bench:
    """The case of Ada, who has said who she is."""
    return new_bench()
