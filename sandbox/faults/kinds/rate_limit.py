"""Rate limit: the system answers 429, with or without a time to come back."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from sandbox.errors import RateLimited
from sandbox.faults.fault import Fault, Surroundings
from sandbox.faults.shapes import rate_limit_body
from sandbox.sim.points import Call, Forward


class RateLimit(Fault):
    """The call is refused with 429; nothing was done.

    With `from_nth: 1` and a `window` it is a stretch in which nobody gets through: an agent that
    retries at once only burns its budget.
    """

    kind: Literal["rate_limit"] = "rate_limit"
    retry_after_s: Annotated[float, Field(gt=0)] | None = 30.0
    """What the Retry-After header says; null: there is none."""

    async def around(self, call: Call, forward: Forward, at: Surroundings) -> Any:
        """Refuse at once."""
        del forward
        await at.clock.sleep(0.02)  # a limiter answers before any work is done
        raise RateLimited(
            f"{call.target}: 429 Too Many Requests", tool=call.target,
            retry_after_s=self.retry_after_s, body=rate_limit_body(call.target),
        )  # fmt: skip
