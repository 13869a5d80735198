"""Returns: no more comes back than went out."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox.errors import Conflict, NotFound

if TYPE_CHECKING:
    from tests.systems.commerce.conftest import Desk

KETTLE: dict[str, Any] = {"order_id": 9001, "line_item_id": 90010, "reason": "defective"}


def test_a_return_is_approved_and_later_received(desk: Desk) -> None:
    made = desk("create_return", **KETTLE, quantity=1)
    assert (made["name"], made["status"]) == ("#10001-R1", "approved")
    desk.shop.set_return_status(made["id"], "received")
    assert desk("list_returns", order_id=9001)["returns"] == [{**made, "status": "received"}]


def test_what_was_not_shipped_cannot_come_back(desk: Desk) -> None:
    with pytest.raises(Conflict, match="not been fulfilled") as caught:
        desk("create_return", order_id=9002, line_item_id=90020, quantity=1, reason="unwanted")
    assert caught.value.status == 409


def test_a_line_of_another_order_is_not_found(desk: Desk) -> None:
    with pytest.raises(NotFound):
        desk("create_return", order_id=9001, line_item_id=90030, quantity=1, reason="unwanted")


def test_an_unknown_return_has_no_status(desk: Desk) -> None:
    with pytest.raises(NotFound):
        desk.shop.set_return_status(404, "received")


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(1, 3), max_size=5))
def test_no_more_comes_back_than_went_out(
    new_desk: Callable[[], Desk], quantities: list[int]
) -> None:
    desk, back = new_desk(), 0
    for quantity in quantities:
        if back + quantity > 2:
            with pytest.raises(Conflict) as caught:
                desk("create_return", **KETTLE, quantity=quantity)
            assert caught.value.status == 409
        else:
            desk("create_return", **KETTLE, quantity=quantity)
            back += quantity
    returns = desk("list_returns", order_id=9001)["returns"]
    assert sum(r["quantity"] for r in returns) == back
