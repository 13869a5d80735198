"""Idempotency keys: whatever happens on the way, the same intention is carried out once.

Payment systems remember a key and answer a repetition with the result of the first request. The
key must not be random per attempt, and not per model call either: a model that saw no answer asks
for the same again, with another call id. So the key is derived from the intention: conversation,
tool, and the arguments that say what shall happen to what.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping
from hashlib import blake2b
from typing import Any

from langchain.agents.middleware import AgentMiddleware, ToolCallRequest
from langchain_core.messages import ToolMessage

from sandbox.agents.reference.hardening.answers import AMBIGUOUS, failure_of
from sandbox.agents.reference.hardening.case import Case

Handler = Callable[[ToolCallRequest], Awaitable[Any]]
WORDS = frozenset({"body", "comment", "description", "note", "reason"})
"""Arguments that explain. A model words them anew each time; the intention is the same."""


class IdempotencyKeys(AgentMiddleware[Any, Any, Any]):
    """Gives every write that takes an idempotency key one."""

    def __init__(self, case: Case) -> None:
        super().__init__()
        self.case = case
        self._first: dict[str, Mapping[str, Any]] = {}

    async def awrap_tool_call(self, request: ToolCallRequest, handler: Handler) -> ToolMessage:
        """Add the key."""
        call = request.tool_call
        tool = self.case.env.tools.get(call["name"])
        if tool is None or tool.idempotency_arg is None:
            return await handler(request)  # type: ignore[no-any-return]
        args = {k: v for k, v in call["args"].items() if k != tool.idempotency_arg}
        key = key_of(self.case.env.conversation, call["name"], args)
        # The same key with other words would be refused: send the words of the first time.
        first = self._first.setdefault(key, {**args, tool.idempotency_arg: key})
        message: ToolMessage = await handler(
            request.override(tool_call={**call, "args": dict(first)})
        )
        failure = failure_of(message)
        if failure is not None and failure.code not in AMBIGUOUS:
            del self._first[key]  # refused: nothing was done, and the key is still free
        return message


def key_of(conversation: str, tool: str, args: Mapping[str, Any]) -> str:
    """The key of an intention; null arguments are as good as absent ones."""
    intention = {k: v for k, v in args.items() if k not in WORDS and v is not None}
    text = json.dumps([conversation, tool, intention], sort_keys=True, default=str)
    return blake2b(text.encode(), digest_size=16).hexdigest()
