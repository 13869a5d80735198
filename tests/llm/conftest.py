"""An agent loop around the simulated model, to see what the model makes of what it is told."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from sandbox.errors import NotFound, ToolError
from sandbox.llm.messages import Completion, Message, Request, ToolSpec
from sandbox.llm.plan import Plan
from sandbox.llm.presets import load_model_name
from sandbox.llm.simulated import SimulatedModel
from sandbox.sim.seeds import Seeds

Tool = Callable[..., Any]
NewStand = Callable[..., "Stand"]
"""`new_stand(plan, seed=1, knob=value, ...)`"""
ORDER = {"id": "ORD-1", "charge": "ch_1", "amount": 1999}


class Stand:
    """A bare agent loop around a simulated model: tools are functions, errors are messages."""

    def __init__(self, plan: Plan, *, seed: int = 1, **knobs: Any) -> None:
        preset = load_model_name("sim:perfect")
        changed = preset.knobs.model_copy(update=knobs)
        self.model = SimulatedModel(plan, preset.model_copy(update={"knobs": changed}), Seeds(seed))
        self.tools: dict[str, Tool] = {
            "shop_get_order": lambda **_: ORDER,
            "pay_refund": lambda **args: {"id": "re_1", **args},
        }
        self.schemas: dict[str, Mapping[str, Any]] = {}
        self.messages = [Message("user", "I want my money back.")]
        self.calls: list[tuple[str, dict[str, Any]]] = []

    def ask(self, agent: str = "agent") -> Completion:
        offered = [ToolSpec(name, "", self.schemas.get(name, {})) for name in self.tools]
        return self.model.complete(Request(tuple(self.messages), offered, agent=agent))

    def turn(self) -> Completion:
        """One answer of the model, and the results of the calls it asked for."""
        answer = self.ask()
        self.messages.append(Message("assistant", answer.text, answer.tool_calls))
        for call in answer.tool_calls:
            self.calls.append((call.name, dict(call.args)))
            try:
                if call.name not in self.tools:
                    raise NotFound(f"no tool {call.name}")
                result, error = self.tools[call.name](**call.args), False
            except ToolError as failure:
                result, error = failure.to_dict(), True
            content = result if isinstance(result, str) else json.dumps(result)
            self.messages.append(
                Message("tool", content, tool_call_id=call.id, name=call.name, error=error)
            )
        return answer

    def talk(self, *replies: str) -> list[str]:
        """What the model says until it waits for the user, and after each of *replies*."""
        said = []
        for reply in (*replies, None):
            for _ in range(60):
                answer = self.turn()
                if answer.text:
                    break
            said.append(answer.text)
            if reply is not None:
                self.messages.append(Message("user", reply))
        return said

    @property
    def called(self) -> list[str]:
        return [name for name, _ in self.calls]


@pytest.fixture
def new_stand() -> NewStand:
    return Stand


@pytest.fixture
def failing() -> Callable[..., Tool]:
    """`failing(error, times, result)`: a tool that raises so many times and then answers."""
    return _failing


def _failing(error: ToolError, times: int, result: Any = None) -> Tool:
    left = [error] * times

    def tool(**args: Any) -> Any:
        if left:
            raise left.pop()
        return args if result is None else result

    return tool
