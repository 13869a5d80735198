"""The tables refuse what a shop could not hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

import apsw
import pytest

if TYPE_CHECKING:
    from tests.systems.commerce.conftest import Desk


def test_each_table_belongs_to_the_shop_and_is_tracked(desk: Desk) -> None:
    assert len(desk.store.schema) == 11
    assert all(name.startswith("commerce_") for name in desk.store.schema)


@pytest.mark.parametrize(
    ("table", "column", "wrong"),
    [
        ("commerce_orders", "financial_status", "PAID"),
        ("commerce_orders", "fulfillment_status", "unshipped"),
        ("commerce_orders", "order_number", 10001),
        ("commerce_shipments", "status", "shipped"),
        ("commerce_line_items", "fulfilled_quantity", 3),
        ("commerce_variants", "inventory_quantity", "many"),
    ],
)
def test_a_wrong_value_is_refused(desk: Desk, table: str, column: str, wrong: object) -> None:
    with pytest.raises(apsw.ConstraintError):
        desk.store.execute(f"UPDATE {table} SET {column} = ?", (wrong,))
