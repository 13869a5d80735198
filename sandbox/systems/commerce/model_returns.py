"""The shop's objects for goods that come back or are sent again."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel

from sandbox.systems.system import Row

ReturnReason = Literal[
    "defective", "damaged", "not_as_described", "wrong_item", "unwanted", "size_too_small",
    "size_too_large", "color", "style", "other",
]  # fmt: skip
ReplacementReason = Literal[
    "defective", "damaged", "wrong_item", "lost_in_transit", "warranty", "exchange", "other"
]
ReturnStatus = Literal["requested", "approved", "received", "closed"]


class Return(BaseModel):
    """Goods that come back; `name` is printed on the label."""

    id: int
    name: str
    order_id: int
    line_item_id: int
    quantity: int
    status: ReturnStatus
    reason: ReturnReason
    created_at: str

    @classmethod
    def from_row(cls, row: Row) -> Return:
        """The return that *row* of `commerce_returns` and its `order_number` hold."""
        return cls(**row, name=f"#{row['order_number']}-R{row['id']}")


class ReturnList(BaseModel):
    """The returns of an order, oldest first."""

    returns: list[Return]


class Replacement(BaseModel):
    """An item sent again, free of charge, by an order of its own."""

    id: int
    order_id: int
    line_item_id: int
    sku: str
    quantity: int
    reason: ReplacementReason
    replacement_order_id: int
    replacement_order_name: str
    created_at: str
