"""How many tokens a request has: an estimate that is the same everywhere.

One token per four characters, rounded up per text, plus four per message and per tool for the
framing that providers add. Real tokenizers differ by 10 to 20 % on English and JSON, and more on
other scripts; they need downloads, and disagree with each other. Costs of simulated models are
therefore estimates; live models report their own usage.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from sandbox.llm.history import History
from sandbox.llm.messages import Message, Request, ToolCall, ToolSpec

_CHARACTERS_PER_TOKEN = 4
_FRAME = 4


def tokens_of_text(text: str) -> int:
    """Tokens of *text*; an empty text has none."""
    return -(-len(text) // _CHARACTERS_PER_TOKEN)


def tokens_of_call(call: ToolCall) -> int:
    """Tokens of a tool call as a model writes it."""
    return tokens_of_text(call.name) + tokens_of_text(json.dumps(dict(call.args), default=str))


def tokens_of_message(message: Message) -> int:
    """Tokens of *message* in a context."""
    calls = sum(map(tokens_of_call, message.tool_calls))
    return _FRAME + tokens_of_text(message.content) + calls


def tokens_of_tool(tool: ToolSpec) -> int:
    """Tokens of a tool's description in a context."""
    schema = json.dumps(dict(tool.parameters), default=str)
    return _FRAME + sum(map(tokens_of_text, (tool.name, tool.description, schema)))


class TokenMeter:
    """Counts the input tokens of one conversation's requests, at a cost that does not grow."""

    def __init__(self) -> None:
        self._contexts: dict[str, tuple[History, int]] = {}
        self._tools: tuple[ToolSpec, ...] = ()
        self._tools_tokens = 0

    def input_tokens(self, request: Request) -> int:
        """Tokens of the whole *request*: its messages and its tools."""
        history, total = self._contexts.get(request.agent) or (History(), 0)
        start = history.advance(request.messages)
        if not history.continued:
            start, total = 0, 0  # something earlier has changed: count it all again
        total += sum(map(tokens_of_message, request.messages[start:]))
        self._contexts[request.agent] = history, total
        return total + self._of_tools(request.tools)

    def _of_tools(self, tools: Sequence[ToolSpec]) -> int:
        # The same tools come with every request: equal objects compare by identity first.
        given = tuple(tools)
        if given != self._tools:
            self._tools, self._tools_tokens = given, sum(map(tokens_of_tool, given))
        return self._tools_tokens
