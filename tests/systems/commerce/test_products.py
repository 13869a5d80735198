"""The catalogue."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.systems.commerce.conftest import Desk


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("kettle", [1]),
        ("HOME", [1, 2]),
        ("home lamp", [2]),
        ("ket-w", [1]),
        ("100%", []),
        (" ", [1, 2]),
    ],
)
def test_a_search_needs_every_word(desk: Desk, query: str, found: list[int]) -> None:
    products = desk("search_products", query=query)["products"]
    assert [product["id"] for product in products] == found


def test_what_is_no_longer_sold_is_not_found_but_can_be_read(desk: Desk) -> None:
    desk.store.update("commerce_products", {"id": 1}, {"status": "archived"})
    assert desk("search_products", query="kettle") == {"products": [], "has_more": False}
    assert desk("get_product", sku="KET-B")["status"] == "archived"


def test_a_product_has_all_its_variants(desk: Desk) -> None:
    product = desk("get_product", sku="KET-W")
    assert product["warranty_months"] == 24
    assert [(v["sku"], v["price"]) for v in product["variants"]] == [
        ("KET-B", "49.99"),
        ("KET-W", "49.99"),
    ]
