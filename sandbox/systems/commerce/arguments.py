"""Types of arguments that several operations share; the descriptions are read by agents."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

CustomerId = Annotated[int, Field(description="Customer id, a number.")]
OrderId = Annotated[
    int, Field(description="The order's `id`; not its number: find #10234 with search_orders.")
]
LineItemId = Annotated[int, Field(description="`id` of one of the order's `line_items`.")]
Quantity = Annotated[int, Field(ge=1, description="How many units.")]
