"""The adapter: a compiled LangGraph graph as an agent that talks with the user.

Handoffs between the members of a multi-agent graph run inside the graph and need nothing here.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from langchain_core.messages import AIMessage, BaseMessage, HumanMessage
from langgraph.graph import StateGraph
from langgraph.pregel import Pregel

from sandbox.agents.contract import Agent, Env
from sandbox.errors import AgentLoadError, UsageError

ROUNDS_MAX = 100
"""Messages of one user that are answered; the user's patience ends long before."""


def adapt(built: Any, env: Env) -> Agent:
    """The agent that *built*, a compiled graph with `messages` in its state, is for *env*."""
    if isinstance(built, StateGraph):
        raise AgentLoadError("the agent is a StateGraph: return what its .compile() gives")
    if not isinstance(built, Pregel) or "messages" not in built.channels:
        raise AgentLoadError(
            f"the agent is a {type(built).__name__} without `messages` in its state: build it on"
            " MessagesState, or return an async function (task) -> answer that calls the graph"
        )

    async def run(task: str) -> str:
        return await _converse(built, env, task)

    return run


async def _converse(graph: Pregel[Any, Any, Any, Any], env: Env, task: str) -> str:
    """Answer the user until they have left; the last thing said."""
    config: Any = {"configurable": {"thread_id": env.conversation}}
    history: Sequence[BaseMessage] = []
    said: str | None = task
    text = ""
    for _ in range(ROUNDS_MAX):
        if said is None:
            return text
        new = HumanMessage(said)
        # A graph with a checkpointer has kept the history itself.
        messages = [new] if graph.checkpointer else [*history, new]
        state = await graph.ainvoke({"messages": messages}, config)
        history = state["messages"]
        text = _answer(history)
        said = await env.user.reply(text)
    return ""


def _answer(history: Sequence[BaseMessage]) -> str:
    last = history[-1] if history else None
    if isinstance(last, AIMessage) and not last.tool_calls:
        return str(last.text)
    found = "nothing" if last is None else f"a {last.type} message"
    raise UsageError(f"the graph ended with {found} instead of the agent's words to the user")
