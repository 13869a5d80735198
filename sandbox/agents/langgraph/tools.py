"""`tools(env)`: the sandbox's tools as LangChain tools."""

# No `from __future__ import annotations`: LangChain evaluates the annotations of each tool's two
# functions whenever a graph is built, which costs a fifth of building it if they are text.

import json
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Literal

from langchain_core.tools import BaseTool, StructuredTool, ToolException

from sandbox.agents.contract import Env
from sandbox.errors import ToolError, UsageError
from sandbox.surfaces.tools import Tool
from sandbox.systems.execution import did_you_mean

OnError = Literal["message", "raise"]


def tools(
    env: Env, names: Sequence[str] | None = None, *, on_error: OnError = "message"
) -> list[BaseTool]:
    """The tools of *env* (all, or those in *names*) for a LangChain agent, async and sync.

    The model reads results as JSON text; the result itself is the message's `artifact`. A failed
    call becomes a `ToolMessage` with status `error` whose text is `ToolError.to_dict()` as JSON;
    with `on_error="raise"` it is a `ToolException`, for middleware that retries.
    """
    chosen = list(env.tools) if names is None else list(names)
    for name in chosen:
        if name not in env.tools:
            raise UsageError(f"no tool {name}{did_you_mean(name, env.tools)}")
    return [_as_langchain(env.tools[name], on_error) for name in chosen]


def as_text(result: Any) -> str:
    """A result as the model reads it."""
    return json.dumps(result, ensure_ascii=False)


def _as_langchain(tool: Tool, on_error: OnError) -> BaseTool:
    return StructuredTool(
        name=tool.name,
        description=tool.description,
        args_schema=tool.args_schema,
        coroutine=_async(tool),
        func=_sync(tool),
        response_format="content_and_artifact",
        handle_tool_error=str if on_error == "message" else False,
    )


def _async(tool: Tool) -> Callable[..., Awaitable[tuple[str, Any]]]:
    async def call(**args: Any) -> tuple[str, Any]:
        try:
            result = await tool.call(args)
        except ToolError as error:
            raise _refused(error) from error
        return as_text(result), result

    return call


def _sync(tool: Tool) -> Callable[..., tuple[str, Any]]:
    def call(**args: Any) -> tuple[str, Any]:
        try:
            result = tool.call_sync(args)
        except ToolError as error:
            raise _refused(error) from error
        return as_text(result), result

    return call


def _refused(error: ToolError) -> ToolException:
    return ToolException(as_text(error.to_dict()))
