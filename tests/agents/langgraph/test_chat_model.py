from __future__ import annotations

import asyncio
from typing import Any

import pytest
from langchain_core.tools import tool
from pydantic import BaseModel

from sandbox.agents.langgraph import chat_model, tools


class Verdict(BaseModel):
    """A verdict."""

    good: bool


@tool
def ring(times: int) -> str:
    """Ring the bell."""
    return "ding " * times


def test_an_answer_takes_the_virtual_time_of_the_model(new_counter: Any, says: Any) -> None:
    counter = new_counter(says("Hello."))
    answer = counter.do(lambda: chat_model(counter.env, agent="clerk").ainvoke("Hi"))
    assert answer.text == "Hello."
    assert answer.usage_metadata["input_tokens"] == 100
    assert counter.clock.now == pytest.approx(2.0)
    assert counter.model.requests[0].agent == "clerk"
    assert [m.content for m in counter.model.requests[0].messages] == ["Hi"]


def test_synchronous_code_in_a_job_may_ask_too(new_counter: Any, says: Any) -> None:
    counter = new_counter(says("Hello."))
    answer = counter.do(lambda: asyncio.to_thread(chat_model(counter.env).invoke, "Hi"))
    assert answer.text == "Hello."
    assert counter.clock.now == pytest.approx(2.0)


def test_tools_are_offered_with_the_exact_schema(new_counter: Any, says: Any) -> None:
    counter = new_counter(says("Hello."))
    model = chat_model(counter.env).bind_tools([*tools(counter.env), ring])
    counter.do(lambda: model.ainvoke("Hi"))
    count, put, bell = counter.model.requests[0].tools
    assert count.name == "till_count"
    assert count.parameters == counter.env.tools["till_count"].args_schema
    assert put.description == "Put money into a slot."
    assert (bell.name, bell.description) == ("ring", "Ring the bell.")
    assert bell.parameters["properties"]["times"]["type"] == "integer"


def test_tools_bound_again_are_described_once(new_counter: Any, says: Any) -> None:
    counter = new_counter(says("One."), says("Two."), says("Three."))
    model, offered = chat_model(counter.env), tools(counter.env)
    for chosen in (offered, offered, [ring]):
        counter.do(lambda chosen=chosen: model.bind_tools(chosen).ainvoke("Hi"))
    one, two, three = (request.tools for request in counter.model.requests)
    assert one is two
    assert [spec.name for spec in three] == ["ring"]


@pytest.mark.parametrize(
    ("given", "asked"),
    [
        (None, "auto"), ("auto", "auto"), ("none", "none"), ("any", "required"),
        (True, "required"), ("required", "required"), ("ring", "ring"),
        ({"type": "function", "function": {"name": "ring"}}, "ring"),
        ({"type": "tool", "name": "ring"}, "ring"),
    ],
)  # fmt: skip
def test_langchains_tool_choices_are_understood(
    new_counter: Any, says: Any, given: Any, asked: str
) -> None:
    counter = new_counter(says("Hello."))
    model = chat_model(counter.env).bind_tools([ring], tool_choice=given)
    counter.do(lambda: model.ainvoke("Hi"))
    assert counter.model.requests[0].tool_choice == asked


def test_structured_output_comes_as_a_forced_call(new_counter: Any, says: Any) -> None:
    counter = new_counter(says(Verdict={"good": True}))
    model = chat_model(counter.env).with_structured_output(Verdict)
    assert counter.do(lambda: model.ainvoke("Well?")) == Verdict(good=True)
    assert counter.model.requests[0].tool_choice in ("required", "Verdict")
