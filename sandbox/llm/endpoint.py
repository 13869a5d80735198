"""The model as agents reach it: announced at the injection points, traced, and charged for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from sandbox.llm.history import History
from sandbox.llm.messages import (
    Completion,
    Message,
    Model,
    Request,
    ToolCall,
    ToolChoice,
    ToolSpec,
    Usage,
)
from sandbox.sim.points import Call, Points

if TYPE_CHECKING:
    from sandbox.llm.latency import LatencyProfile
    from sandbox.llm.prices import Prices
    from sandbox.sim.clock import Clock
    from sandbox.sim.seeds import Seeds
    from sandbox.sim.trace import Trace


class ModelEndpoint:
    """The model of one conversation; everything that it answers costs virtual time and money.

    A call that the caller gives up is still paid for: providers bill what they have computed.
    """

    def __init__(
        self,
        model: Model,
        *,
        clock: Clock,
        points: Points,
        trace: Trace,
        seeds: Seeds,
        prices: Prices,
        latency: LatencyProfile,
        conversation: str,
    ) -> None:
        self.name = model.name
        self.conversation = conversation
        self.turn = 0
        """Model calls in this conversation so far, of all its agents."""
        self.usage = Usage(0, 0)
        """Tokens of all calls so far."""
        self.cost_usd = 0.0
        self.think_s = 0.0
        """Virtual seconds that agents waited for answers they received."""
        self._model = model
        self._clock = clock
        self._points = points
        self._trace = trace
        self._seeds = seeds
        self._price = prices.of(model.name)
        self._latency = latency
        self._histories: dict[str, History] = {}
        self._counts: dict[str, int] = {}

    async def complete(
        self,
        messages: Sequence[Message],
        tools: Sequence[ToolSpec] = (),
        *,
        tool_choice: ToolChoice = "auto",
        agent: str = "agent",
    ) -> Completion:
        """The model's answer to *messages*, after the virtual time that it takes.

        Send the whole context each time, as with a real provider. *agent* names the member of an
        agent system that asks.
        """
        self.turn += 1
        request = Request(messages, tools, tool_choice, agent, self.turn)
        call = self._announce(request)
        bill: list[Completion] = []
        try:
            completion: Completion = await self._points.through(
                call, partial(self._answer, request, bill)
            )
        except BaseException as error:  # a cancelled call stands in the trace too
            self._trace.emit("model_result", call=call.id, **_failure(error, bill))
            raise
        self._trace.emit("model_result", call=call.id, **_success(completion))
        return completion

    def _announce(self, request: Request) -> Call:
        agent = request.agent
        history = self._histories.setdefault(agent, History())
        start = history.advance(request.messages)
        nth = self._counts[agent] = self._counts.get(agent, 0) + 1
        count, tools = len(request.messages), len(request.tools)
        call_id = f"{self.conversation}/model-{request.turn}"
        event = self._trace.emit(
            "model_call", call=call_id, conversation=self.conversation, model=self.name,
            agent=agent, turn=request.turn, messages=count, tools=tools,
            new=[_as_json(message) for message in request.messages[start:]],
        )  # fmt: skip
        return Call(
            call_id, "model", self.name, agent, nth,
            {"messages": count, "tools": tools, "tool_choice": request.tool_choice},
            event["t"], request.turn, self.conversation,
        )  # fmt: skip

    async def _answer(self, request: Request, bill: list[Completion], call: Call) -> Completion:
        answer = self._model.complete(request)
        usage = answer.usage
        # Keyed by the caller's own count: another agent's calls, or a fault, move no other draw.
        chance = self._seeds.uniform("model", "latency", call.agent, call.nth)
        latency_s = self._latency.seconds(usage.output_tokens, chance)
        cost_usd = self._price.cost_usd(usage)
        answer = replace(answer, latency_s=latency_s, cost_usd=cost_usd, model=self.name)
        bill.append(answer)
        self.usage = self.usage + usage
        self.cost_usd += cost_usd
        await self._clock.sleep(latency_s)
        self.think_s += latency_s
        return answer


def _success(answer: Completion) -> dict[str, Any]:
    return {
        "text": answer.text,
        "tool_calls": [_call_as_json(call) for call in answer.tool_calls],
        "usage": _usage_as_json(answer.usage),
        "latency_s": round(answer.latency_s, 6),
        "cost_usd": answer.cost_usd,
        "why": answer.why,
    }


def _failure(error: BaseException, bill: list[Completion]) -> dict[str, Any]:
    out: dict[str, Any] = {"error": type(error).__name__, "message": str(error)}
    if bill:  # the model had answered, and is paid
        out["usage"] = _usage_as_json(bill[-1].usage)
        out["cost_usd"] = bill[-1].cost_usd
    return out


def _usage_as_json(usage: Usage) -> dict[str, int]:
    out = {"input": usage.input_tokens, "output": usage.output_tokens}
    if usage.cached_tokens:
        out["cached"] = usage.cached_tokens
    return out


def _call_as_json(call: ToolCall) -> dict[str, Any]:
    return {"id": call.id, "name": call.name, "args": dict(call.args)}


def _as_json(message: Message) -> dict[str, Any]:
    """*message* for the trace: only the fields that say something."""
    out: dict[str, Any] = {"role": message.role, "content": message.content}
    if message.tool_calls:
        out["tool_calls"] = [_call_as_json(call) for call in message.tool_calls]
    if message.tool_call_id:
        out["tool_call_id"] = message.tool_call_id
    if message.name:
        out["name"] = message.name
    if message.error:
        out["error"] = True
    return out
