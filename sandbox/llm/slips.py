"""The slips of a careless model: a wrong argument, a tool that does not exist."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sandbox.llm.toolnames import words


def wrong_argument(args: Mapping[str, Any], chance: float) -> tuple[str, dict[str, Any]] | None:
    """Which argument is wrong, and *args* with it; None where there is nothing to get wrong.

    A number is ten times too large, a switch the other way round, a text has another last
    character. *chance* in [0, 1) picks the argument.
    """
    names = [name for name in sorted(args) if isinstance(args[name], (bool, int, float, str))]
    if not names:
        return None
    name = names[int(chance * len(names))]
    return name, {**args, name: _wrong(args[name])}


def made_up_tool(tool: str) -> str:
    """A name that sounds like a tool of the same system as *tool*, and is none."""
    return f"{words(tool)[0] if words(tool) else 'system'}_auto_fix"


def _wrong(value: Any) -> Any:
    match value:
        case bool():
            return not value
        case int() | float():
            return value * 10
        case _:
            text = str(value)
            return text[:-1] + ("8" if text.endswith("9") else "9")
