"""`naive`: the agent that one gets by following a tutorial, plus plain retries.

A ReAct graph by `create_agent`, with the framework's own retry middleware around the tools. Nothing
here is wrong in itself. What it lacks shows only on a bad day: a payment that timed out after it
was carried out is made again, and a system that asks for patience is asked again at once.
Compare `hardened.py`: same model, same tools, same prompt, another graph.
"""

from __future__ import annotations

from typing import Any

from langchain.agents import create_agent
from langchain.agents.middleware import ToolRetryMiddleware
from langchain_core.tools import ToolException

from sandbox.agents.contract import Env
from sandbox.agents.langgraph import chat_model, tools


def build(env: Env) -> Any:
    """The graph for one conversation."""
    return create_agent(
        chat_model(env),
        tools(env, on_error="raise"),
        system_prompt=env.instructions,
        middleware=[
            # Any failed call is made again after about 1, 2 and 4 seconds; then the model is told.
            ToolRetryMiddleware(max_retries=3, retry_on=(ToolException,), on_failure=str)
        ],
    )
