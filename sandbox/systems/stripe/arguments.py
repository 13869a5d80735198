"""Types of arguments that several operations share; the descriptions are read by agents."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

CustomerId = Annotated[str, Field(description="Customer id: cus_...")]
ChargeId = Annotated[str, Field(description="Charge id: ch_...")]
IdempotencyKey = Annotated[
    str | None,
    Field(
        max_length=255,
        description="Any text of your own. Repeating the request with the same key within 24 hours "
        "returns the first answer and does nothing again. Use a new key for a new intent.",
    ),
]
