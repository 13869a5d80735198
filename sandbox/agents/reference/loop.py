"""The plainest agent there is: ask the model, do what it says, tell it what came out."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from sandbox.agents.contract import Env
from sandbox.agents.tools_text import error_message, result_message, tool_specs
from sandbox.errors import ToolError
from sandbox.llm.messages import Message, ToolCall

CallTool = Callable[[str, dict[str, Any]], Awaitable[Any]]
"""`await call(tool, args)`: the result, or a `ToolError`; what an agent's care consists of."""

OUT_OF_STEPS = (
    "I'm sorry, I could not finish this. I have escalated it to a colleague, who will get back to"
    " you."
)


class ToolLoop:
    """An agent: *call* makes its tool calls; after *steps_max* answers of the model it stops.

    What the model says goes to the user, whose reply goes back to the model, until they leave.
    """

    def __init__(self, env: Env, call: CallTool, *, steps_max: int = 100) -> None:
        self._env = env
        self._call = call
        self._steps_max = steps_max

    async def __call__(self, task: str) -> str:
        """Serve the user who came with *task*; the answer is the last thing said."""
        env = self._env
        tools = tool_specs(env.tools)
        messages = [Message("system", env.instructions), Message("user", task)]
        for _ in range(self._steps_max):
            answer = await env.model.complete(messages, tools)
            messages.append(Message("assistant", answer.text, answer.tool_calls))
            messages += [await self._done(call) for call in answer.tool_calls]
            if not answer.tool_calls:
                reply = await env.user.reply(answer.text)
                if reply is None:
                    return answer.text
                messages.append(Message("user", reply))
        return OUT_OF_STEPS

    async def _done(self, call: ToolCall) -> Message:
        try:
            return result_message(call, await self._call(call.name, dict(call.args)))
        except ToolError as error:
            return error_message(call, error)
