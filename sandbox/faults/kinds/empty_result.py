"""Empty result: a search that finds nothing, a record without content."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

from sandbox.faults.fault import Fault, Surroundings
from sandbox.sim.points import Call, Forward


class EmptyResult(Fault):
    """The read succeeds and is empty: a list has no items, a record is `{}`.

    An implicit fault: no error says that something is wrong, and "there is no such order" is the
    easy, false conclusion.
    """

    kind: Literal["empty_result"] = "empty_result"

    applies_to: ClassVar[Literal["read", "write", "any"]] = "read"
    acts_on: ClassVar[Literal["request", "answer"]] = "answer"

    async def around(self, call: Call, forward: Forward, at: Surroundings) -> Any:
        """Forward, and empty the answer."""
        del at
        return emptied(await forward(call))


def emptied(result: Any) -> Any:
    """*result* with nothing in it, in the form that a caller expects.

    A page of a list has no id of its own; its counts become 0, and there is no next page.
    """
    if isinstance(result, list):
        return []
    if not isinstance(result, dict):
        return None
    if "id" in result or not any(isinstance(v, list) for v in result.values()):
        return {}
    return {name: _nothing(name, value) for name, value in result.items()}


def _nothing(name: str, value: Any) -> Any:
    if isinstance(value, list):
        return []
    if isinstance(value, bool):
        return False
    if name in ("count", "total"):
        return 0
    return None if name.startswith("next_") else value
