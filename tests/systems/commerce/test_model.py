"""Money and addresses of the shop."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from sandbox.systems.commerce.model import cents, decimal

if TYPE_CHECKING:
    from tests.systems.commerce.conftest import Desk


@given(st.integers(0, 10**9))
def test_money_survives_the_way_to_text_and_back(amount: int) -> None:
    assert cents(decimal(amount)) == amount


def test_places_may_be_left_out() -> None:
    assert [cents(text) for text in ("5", "5.1", "5.01")] == [500, 510, 501]


def test_a_customers_address_carries_the_name(desk: Desk) -> None:
    assert desk("get_customer", customer_id=501)["default_address"] == {
        "name": "Ada Lovelace", "address1": "1 Dock Rd", "address2": None, "city": "Hull",
        "province": None, "zip": "HU1 1AA", "country": "GB",
    }  # fmt: skip
