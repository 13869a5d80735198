"""Truncated result: the answer is cut off."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from sandbox.faults.fault import Fault, Surroundings
from sandbox.sim.points import Call, Forward


class TruncatedResult(Fault):
    """Lists lose their tail and long texts are cut, without any mark that something is missing.

    A count beside a list keeps its value: by that alone a careful caller can tell.

    *keep* is the share that stays, rounded down; of a list with one item nothing is lost unless
    *keep* is 0.
    """

    kind: Literal["truncated_result"] = "truncated_result"
    keep: Annotated[float, Field(ge=0, lt=1)] = 0.5
    text_chars_min: Annotated[int, Field(ge=1)] = 80
    """Shorter texts stay whole: ids and states are not what gets cut."""

    acts_on: ClassVar[Literal["request", "answer"]] = "answer"

    async def around(self, call: Call, forward: Forward, at: Surroundings) -> Any:
        """Forward, and cut."""
        del at
        return self._cut(await forward(call))

    def _cut(self, value: Any) -> Any:
        match value:
            case dict():
                return {k: self._cut(v) for k, v in value.items()}
            case list() if value:
                kept = int(len(value) * self.keep) or (1 if self.keep > 0 else 0)
                return [self._cut(v) for v in value[:kept]]
            case str() if len(value) >= self.text_chars_min:
                return value[: int(len(value) * self.keep)]
            case _:
                return value
