"""Which offered tool a plan means: names differ between surfaces and frameworks."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from sandbox.llm.messages import ToolSpec

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_READING = frozenset({
    "check", "fetch", "find", "get", "list", "look", "lookup", "query", "read", "search", "show",
    "track", "view",
})  # fmt: skip


@lru_cache(maxsize=4096)
def words(name: str) -> tuple[str, ...]:
    """The lower-case words of *name*: `getOrder`, `get-order` and `get_order` have the same."""
    return tuple(word.lower() for word in _WORD.findall(name))


def find_tool(wanted: str, offered: Sequence[ToolSpec]) -> ToolSpec | None:
    """The tool among *offered* that *wanted* means, if there is one.

    The very name wins, then the same words (`getOrder`), then one name ending with the words of the
    other (`mcp__stripe__create_refund`, `create_refund`); of several, the shortest name.
    """
    for tool in offered:
        if tool.name == wanted:
            return tool
    target = words(wanted)
    near = [tool for tool in offered if _ends_alike(target, words(tool.name))]
    return min(
        near, key=lambda tool: (words(tool.name) != target, len(tool.name), tool.name), default=None
    )


def is_reading(name: str) -> bool:
    """Whether a tool called *name* only reads, as far as its name tells (`get`, `search`, ...)."""
    return not _READING.isdisjoint(words(name))


def _ends_alike(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    shorter = min(len(one), len(other))
    return shorter > 0 and one[-shorter:] == other[-shorter:]
