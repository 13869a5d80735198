"""Your agent: a plain async tool loop. Replace it with your own; keep `build(env)`.

`env` offers the user (`env.user`), the tools (`env.tools`), a model (`env.model`) and a virtual
clock (`env.clock`). One call is one conversation: the user's first message in, your answer out.
"""

import json

from sandbox.agents.contract import Env
from sandbox.errors import ToolError
from sandbox.llm.messages import Message, ToolCall, ToolSpec

ROUNDS_MAX = 40


def build(env: Env):
    """Build one agent for one conversation."""
    offered = [ToolSpec(t.name, t.description, t.args_schema) for t in env.tools.values()]

    async def agent(task: str) -> str:
        messages = [Message("system", env.instructions), Message("user", task)]
        for _ in range(ROUNDS_MAX):
            answer = await env.model.complete(messages, offered)
            messages.append(Message("assistant", answer.text, answer.tool_calls))
            messages += [await run_tool(env, call) for call in answer.tool_calls]
            if not answer.tool_calls:
                reply = await env.user.reply(answer.text)
                if reply is None:  # the user has left
                    return ""
                messages.append(Message("user", reply))
        return "I'm sorry, I could not finish this."

    return agent


async def run_tool(env: Env, call: ToolCall) -> Message:
    """Run one tool call. It gives up at the first error; the experiment shows what that costs."""
    try:
        result = await env.tools.call(call.name, dict(call.args))
        return Message("tool", json.dumps(result), tool_call_id=call.id, name=call.name)
    except ToolError as error:
        text = json.dumps(error.to_dict())
        return Message("tool", text, tool_call_id=call.id, name=call.name, error=True)
