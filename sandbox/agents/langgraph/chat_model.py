"""`chat_model(env)`: the sandbox's model as a LangChain chat model."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from langchain_core.callbacks import AsyncCallbackManagerForLLMRun, CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel, LanguageModelInput
from langchain_core.messages import AIMessage, BaseMessage
from langchain_core.outputs import ChatGeneration, ChatResult
from langchain_core.runnables import Runnable
from langchain_core.tools import BaseTool
from langchain_core.utils.function_calling import convert_to_openai_tool
from pydantic import PrivateAttr

from sandbox.agents.contract import Env
from sandbox.agents.langgraph.messages import Converter, from_sandbox
from sandbox.llm.messages import ToolChoice, ToolSpec

AnyTool = dict[str, Any] | type | Callable[..., Any] | BaseTool


def chat_model(env: Env, *, agent: str = "agent") -> BaseChatModel:
    """A LangChain chat model that asks `env.model`; works with `ainvoke`, `invoke`, `bind_tools`.

    It takes virtual time and costs money like any model of the sandbox. *agent* names the member of
    an agent system that it speaks for. Sampling parameters that a graph binds (temperature, stop)
    are accepted and have no effect.
    """
    return SandboxChatModel(env=env, agent=agent)


class SandboxChatModel(BaseChatModel):
    """What `chat_model` gives: one conversation's model, for one agent."""

    env: Any
    """The `Env` of the conversation; `Any`, so that pydantic leaves it as it is."""
    agent: str = "agent"

    _converter: Converter = PrivateAttr(default_factory=Converter)
    _bound: tuple[tuple[AnyTool, ...], tuple[ToolSpec, ...]] = PrivateAttr(default=((), ()))

    @property
    def _llm_type(self) -> str:
        return "sandbox"

    def bind_tools(
        self,
        tools: Sequence[AnyTool],
        *,
        tool_choice: str | dict[str, Any] | bool | None = None,
        **kwargs: Any,
    ) -> Runnable[LanguageModelInput, AIMessage]:
        """The model with *tools* offered, as with any LangChain model."""
        return self.bind(tools=self._specs(tools), tool_choice=_choice(tool_choice), **kwargs)

    def _specs(self, tools: Sequence[AnyTool]) -> tuple[ToolSpec, ...]:
        # A graph binds the same tools before every call: describing them once is enough.
        known, specs = self._bound
        if len(known) != len(tools) or any(
            one is not other for one, other in zip(known, tools, strict=True)
        ):
            specs = tuple(_spec(tool) for tool in tools)
            self._bound = tuple(tools), specs
        return specs

    async def _agenerate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        del stop, run_manager
        return await self._ask(messages, kwargs.get("tools"), kwargs.get("tool_choice"))

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        del stop, run_manager
        env: Env = self.env
        result: ChatResult = env.call_sync(
            self._ask, messages, kwargs.get("tools"), kwargs.get("tool_choice")
        )
        return result

    async def _ask(
        self,
        messages: Sequence[BaseMessage],
        tools: Sequence[ToolSpec] | None,
        tool_choice: ToolChoice | None,
    ) -> ChatResult:
        env: Env = self.env
        completion = await env.model.complete(
            self._converter.convert(messages),
            tools or (),
            tool_choice=tool_choice or "auto",
            agent=self.agent,
        )
        return ChatResult(generations=[ChatGeneration(message=from_sandbox(completion))])


def _spec(tool: AnyTool) -> ToolSpec:
    if isinstance(tool, BaseTool) and isinstance(tool.args_schema, dict):
        return ToolSpec(tool.name, tool.description, tool.args_schema)  # the exact schema
    function = convert_to_openai_tool(tool)["function"]
    return ToolSpec(
        function["name"], function.get("description", ""), function.get("parameters", {})
    )


def _choice(tool_choice: str | dict[str, Any] | bool | None) -> ToolChoice:
    """LangChain's ways to say which tool must be called, as one."""
    match tool_choice:
        case None | False:
            return "auto"
        case True | "any":
            return "required"
        case {"function": {"name": str(name)}} | {"name": str(name)}:
            return name
        case str():
            return tool_choice
        case _:
            return "auto"
