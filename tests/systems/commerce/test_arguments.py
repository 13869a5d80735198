"""What an agent reads about arguments."""

from __future__ import annotations

from sandbox.systems.commerce import Commerce
from sandbox.systems.operation import operations_of


def test_an_order_id_is_told_apart_from_an_order_number() -> None:
    for operation in operations_of(Commerce):
        order_id = operation.args_schema["properties"].get("order_id")
        assert order_id is None or "not its number" in order_id["description"]


def test_every_quantity_is_at_least_one() -> None:
    for operation in operations_of(Commerce):
        quantity = operation.args_schema["properties"].get("quantity")
        assert quantity is None or quantity["minimum"] == 1
