from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Annotated, Any, TypedDict

import pytest
from langchain.agents import create_agent
from langchain_core.messages import AIMessage
from langchain_core.runnables import RunnableLambda
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.errors import GraphRecursionError
from langgraph.graph import END, START, MessagesState, StateGraph
from langgraph.graph.message import add_messages
from langgraph.prebuilt import ToolNode, tools_condition

from sandbox.agents.contract import Env
from sandbox.agents.langgraph import adapter, chat_model, tools
from sandbox.errors import AgentLoadError, UsageError


def react(env: Env) -> Any:
    return create_agent(chat_model(env), tools(env), system_prompt=env.instructions)


def by_hand(env: Env, *, sync: bool, **compile_options: Any) -> Any:
    """A graph as one writes it by hand, with nodes of either kind."""
    model = chat_model(env).bind_tools(tools(env))

    def think(state: MessagesState) -> dict[str, Any]:
        time.sleep(3.0)  # virtual, in a job of the simulation
        return {"messages": [model.invoke(state["messages"])]}

    async def athink(state: MessagesState) -> dict[str, Any]:
        await asyncio.sleep(3.0)
        return {"messages": [await model.ainvoke(state["messages"])]}

    graph = StateGraph(MessagesState)
    graph.add_node("think", think if sync else athink)
    graph.add_node("tools", ToolNode(tools(env)))
    graph.add_edge(START, "think")
    graph.add_conditional_edges("think", tools_condition)
    graph.add_edge("tools", "think")
    return graph.compile(**compile_options)


def test_a_graph_serves_the_user_until_they_leave(new_counter: Any, says: Any) -> None:
    counter = new_counter(
        says(till_count={"slot": "left"}), says("$1.00."), says("Bye."), replies=["Thanks!"]
    )
    assert counter.run(react) == "Bye."
    assert counter.user.heard == ["$1.00.", "Bye."]
    last = [(m.role, m.content) for m in counter.model.requests[-1].messages]
    assert last == [
        ("system", "Be kind."),
        ("user", "How much is in the till?"),
        ("assistant", ""),
        ("tool", '{"name": "left", "cents": 100}'),
        ("assistant", "$1.00."),
        ("user", "Thanks!"),
    ]


@pytest.mark.parametrize("sync", [True, False])
def test_nodes_written_by_hand_live_in_virtual_time(
    new_counter: Any, says: Any, sync: bool
) -> None:
    counter = new_counter(says(till_put={"slot": "left", "cents": 5}), says("Done."))
    began = time.monotonic()
    assert counter.run(lambda env: by_hand(env, sync=sync)) == "Done."
    assert counter.clock.now == pytest.approx(2 * (3.0 + 2.0) + 1.0)
    assert time.monotonic() - began < 8.0
    assert [effect.args["cents"] for effect in counter.ledger] == [5]


def test_a_graph_with_a_checkpointer_is_told_only_what_is_new(new_counter: Any, says: Any) -> None:
    counter = new_counter(says("One."), says("Two."), replies=["And?"])
    counter.run(lambda env: by_hand(env, sync=False, checkpointer=InMemorySaver()))
    contents = [m.content for m in counter.model.requests[-1].messages]
    assert contents == ["How much is in the till?", "One.", "And?"]


def test_a_graph_that_goes_round_and_round_crashes_with_langgraphs_own_words(
    new_counter: Any, says: Any
) -> None:
    counter = new_counter(*[says(till_count={"slot": "left"})] * 9)
    build = lambda env: by_hand(env, sync=False).with_config(recursion_limit=5)  # noqa: E731
    with pytest.raises(GraphRecursionError, match="Recursion limit of 5 reached"):
        counter.run(build)


class Form(TypedDict):
    name: str


class Notes(TypedDict):
    messages: Annotated[list[Any], add_messages]


def graph_of(state: Any, node: Any) -> StateGraph[Any]:
    graph = StateGraph(state)
    graph.add_node("node", node)
    graph.add_edge(START, "node")
    graph.add_edge("node", END)
    return graph


def test_a_graph_without_messages_is_refused_with_what_it_needs(new_counter: Any) -> None:
    with pytest.raises(AgentLoadError, match="CompiledStateGraph without `messages`"):
        new_counter().run(lambda env: graph_of(Form, lambda state: state).compile())


def test_a_graph_that_is_not_compiled_is_refused_with_the_remedy(new_counter: Any) -> None:
    with pytest.raises(AgentLoadError, match=r"StateGraph: return what its \.compile\(\) gives"):
        new_counter().run(lambda env: graph_of(Notes, lambda state: state))


def test_a_runnable_that_is_no_graph_is_refused(new_counter: Any) -> None:
    with pytest.raises(AgentLoadError, match="RunnableLambda without `messages`"):
        new_counter().run(lambda env: RunnableLambda(lambda text: text))


def test_a_graph_that_ends_without_words_says_so(new_counter: Any) -> None:
    silent = graph_of(Notes, lambda state: {}).compile()
    with pytest.raises(UsageError, match="ended with a human message"):
        new_counter().run(lambda env: silent)


def test_a_talkative_user_is_not_answered_for_ever(
    new_counter: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(adapter, "ROUNDS_MAX", 3)
    echo = graph_of(Notes, lambda state: {"messages": [AIMessage("Yes?")]}).compile()
    counter = new_counter(replies=["Hm."] * 9)
    assert counter.run(lambda env: echo) == ""
    assert counter.user.heard == ["Yes?"] * 3


CHILD = """
import importlib.util, json, sys
from pathlib import Path
sys.path.insert(0, {root!r})
def load(name, path):
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module
here = Path({here!r})
counter_module = load("counter_module", here / "conftest.py")
tests = load("the_tests", here / "test_adapter.py")
from sandbox.llm.messages import Completion, ToolCall, Usage
put = Completion("", (ToolCall("call_1", "till_put", {{"slot": "left", "cents": 5}}),), Usage(9, 9))
counter = counter_module.Counter(put, Completion("Done."))
ids = []
def build(env):
    graph = tests.by_hand(env, sync=True)
    real = graph.ainvoke
    async def ainvoke(*args, **options):
        state = await real(*args, **options)
        ids.extend(m.id for m in state["messages"])
        return state
    graph.ainvoke = ainvoke
    return graph
counter.run(build)
print(json.dumps([counter.trace.digest, counter.kernel.schedule_digest, ids]))
"""


def test_three_processes_with_three_hash_seeds_play_the_very_same_conversation() -> None:
    here = Path(__file__).parent
    code = CHILD.format(root=str(here.parents[2]), here=str(here))
    runs = [
        subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True,
            env={**os.environ, "PYTHONHASHSEED": seed},
        ).stdout
        for seed in "012"
    ]  # fmt: skip
    assert runs[0] == runs[1] == runs[2]
    _, _, ids = json.loads(runs[0])
    assert len(set(ids)) == 4
