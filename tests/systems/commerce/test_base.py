"""The ground under the shop's nouns."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from sandbox.errors import NotFound
from sandbox.systems.commerce.base import marks

if TYPE_CHECKING:
    from tests.systems.commerce.conftest import Desk


def test_a_page_of_orders_reads_all_lines_at_once(desk: Desk) -> None:
    assert marks([1, 2, 3]) == "?, ?, ?"
    assert desk("search_orders", name="nothing")["orders"] == []


def test_an_error_names_the_record_for_people(desk: Desk) -> None:
    with pytest.raises(NotFound, match="Line item of order 9001 90020 not found"):
        desk("create_return", order_id=9001, line_item_id=90020, quantity=1, reason="other")
