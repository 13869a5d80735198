from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from langchain_core.tools import ToolException

from sandbox.agents.langgraph import tools
from sandbox.agents.langgraph.tools import as_text
from sandbox.errors import NotFound, UsageError


def call(name: str, **args: Any) -> dict[str, Any]:
    return {"name": name, "args": args, "id": "call_1", "type": "tool_call"}


def test_tools_have_name_description_and_the_exact_schema(new_counter: Any) -> None:
    env = new_counter().env
    count, put = tools(env)
    assert (count.name, put.name) == ("till_count", "till_put")
    assert count.description == "Count the money in a slot."
    assert count.args_schema == env.tools["till_count"].args_schema


def test_a_result_is_text_for_the_model_and_a_value_for_the_graph(new_counter: Any) -> None:
    counter = new_counter()
    count, _ = tools(counter.env)
    message = counter.do(lambda: count.ainvoke(call("till_count", slot="left")))
    assert message.content == '{"name": "left", "cents": 100}'
    assert message.artifact == {"name": "left", "cents": 100}
    assert counter.clock.now == pytest.approx(1.0)


def test_synchronous_code_in_a_job_may_call_them_too(new_counter: Any) -> None:
    counter = new_counter()
    [put] = tools(counter.env, ["till_put"])
    work = lambda: asyncio.to_thread(put.invoke, call("till_put", slot="left", cents=5))  # noqa: E731
    assert counter.do(work).artifact == {"name": "left", "cents": 105}
    assert [effect.args for effect in counter.ledger] == [{"slot": "left", "cents": 5}]


def test_a_refused_call_is_a_message_with_the_error_as_json(new_counter: Any) -> None:
    counter = new_counter()
    count, put = tools(counter.env)
    message = counter.do(lambda: count.ainvoke(call("till_count", slot="top")))
    assert message.status == "error"
    assert json.loads(message.content) == {
        "error": "not_found", "status": 404, "message": "no slot top",
    }  # fmt: skip
    wrong = counter.do(lambda: asyncio.to_thread(put.invoke, call("till_put", slot="left")))
    assert json.loads(wrong.content)["error"] == "invalid_arguments"


def test_a_refused_call_can_be_raised_for_middleware_to_catch(new_counter: Any) -> None:
    counter = new_counter()
    count, _ = tools(counter.env, on_error="raise")
    with pytest.raises(ToolException, match="no slot top") as caught:
        counter.do(lambda: count.ainvoke(call("till_count", slot="top")))
    assert isinstance(caught.value.__cause__, NotFound)


def test_an_unknown_name_gets_a_hint(new_counter: Any) -> None:
    with pytest.raises(UsageError, match=r"no tool till_cuont .did you mean till_count"):
        tools(new_counter().env, ["till_cuont"])


def test_text_keeps_the_customers_letters() -> None:
    assert as_text({"name": "Zoë"}) == '{"name": "Zoë"}'
