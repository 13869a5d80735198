"""Two ways to call a tool that may fail: at once again, or with care."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.agents.contract import Env
from sandbox.errors import RateLimited, ToolError, ToolTimeout, ToolUnavailable
from sandbox.llm.toolnames import words
from sandbox.sim.seeds import digest64

RETRIES = 3
_PAUSE_S = 2.0
_ADDING = frozenset({"add", "create", "issue", "request", "send"})


@dataclass(frozen=True)
class Look:
    """How to see whether a write was done: *tool*, asked by *by*, shows a record with *same*."""

    tool: str
    by: tuple[str, ...]
    same: tuple[str, ...]


LOOKS = {
    "approvals_request": Look("approvals_list", (), ("action", "subject")),
    "commerce_add_order_note": Look("commerce_list_order_notes", ("order_id",), ("body",)),
    "commerce_create_return": Look("commerce_list_returns", ("order_id",), ("line_item_id",)),
    "zendesk_add_comment": Look("zendesk_list_ticket_comments", ("ticket_id",), ("body",)),
}


class AtOnce:
    """Tries a failed call again at once, up to three times, whatever the error and the tool.

    This is what a retry decorator around all tools does. A timeout after the write was committed
    makes it write twice.
    """

    def __init__(self, env: Env) -> None:
        self._tools = env.tools

    async def __call__(self, tool: str, args: dict[str, Any]) -> Any:
        """The result; after the last try its error."""
        for _ in range(RETRIES):
            try:
                return await self._tools.call(tool, args)
            except ToolError:
                continue
        return await self._tools.call(tool, args)


class Careful:
    """Repeats a call only where that does no harm, and waits longer before each try.

    Reading, and writing that sets a state, may be repeated. A write gets an idempotency key where
    its tool takes one. One that adds something (a note, a return) and takes none is looked for
    before it is repeated; where nobody can look it is not repeated, and the error says so.
    """

    def __init__(self, env: Env) -> None:
        self._env = env
        self._added: dict[str, Any] = {}
        self._unclear: set[str] = set()

    async def __call__(self, tool: str, args: dict[str, Any]) -> Any:
        """The result, of an equal addition of this conversation if there was one; or the error."""
        known = self._env.tools.get(tool)
        if known is None or known.kind == "read":
            return await self._repeated(tool, args)
        key = f"{tool} {json.dumps(args, sort_keys=True, default=str)}"
        if known.idempotency_arg is not None:
            return await self._repeated(
                tool, {known.idempotency_arg: self._idempotency_key(key), **args}
            )
        if _ADDING.isdisjoint(words(tool)):
            return await self._repeated(tool, args)
        if key not in self._added:
            self._added[key] = await self._add(tool, args, key)
        return self._added[key]

    async def _add(self, tool: str, args: dict[str, Any], key: str) -> Any:
        for _ in range(RETRIES):
            if key in self._unclear:
                found = await self._look(tool, args)
                if found is not None:
                    return found
            try:
                return await self._repeated(tool, args, unless_unclear=True)
            except (ToolTimeout, ToolUnavailable):
                self._unclear.add(key)
        raise _blocked(tool)

    async def _look(self, tool: str, args: Mapping[str, Any]) -> Any:
        """The record that an earlier try has left; None if there is none."""
        look = LOOKS.get(tool)
        if look is None or look.tool not in self._env.tools:
            raise _blocked(tool)
        by = {name: args[name] for name in look.by if name in args}
        seen = await self._repeated(look.tool, by)
        wanted = {name: args[name] for name in look.same if name in args}
        return next((r for r in _records(seen) if _has(r, wanted)), None)

    async def _repeated(
        self, tool: str, args: dict[str, Any], *, unless_unclear: bool = False
    ) -> Any:
        """The result; after errors that pass the call is tried again.

        With *unless_unclear* not after those that leave open whether anything was done.
        """
        for attempt in range(RETRIES):
            pause_s = _PAUSE_S * 2**attempt
            try:
                return await self._env.tools.call(tool, args)
            except RateLimited as error:  # refused before anything was done
                pause_s = error.retry_after_s or pause_s
            except (ToolTimeout, ToolUnavailable):
                if unless_unclear:
                    raise
            await self._env.clock.sleep(pause_s)
        return await self._env.tools.call(tool, args)

    def _idempotency_key(self, key: str) -> str:
        return f"{self._env.conversation}-{digest64(key):016x}"


def _records(value: Any) -> Iterator[Mapping[str, Any]]:
    """Every record in *value*, at any depth."""
    if isinstance(value, Mapping):
        yield value
        for item in value.values():
            yield from _records(item)
    elif isinstance(value, list):
        for item in value:
            yield from _records(item)


def _has(record: Mapping[str, Any], wanted: Mapping[str, Any]) -> bool:
    return all(name in record and record[name] == value for name, value in wanted.items())


def _blocked(tool: str) -> ToolError:
    return ToolUnavailable(
        f"blocked by guard: it is not known whether an earlier {tool} was done; not repeated",
        tool=tool,
    )
