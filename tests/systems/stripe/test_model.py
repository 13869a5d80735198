"""Stripe's objects as the API gives them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.systems.stripe.conftest import Desk


def test_a_customer_has_the_vendors_fields(desk: Desk) -> None:
    method = {"default_payment_method": "pm_card"}
    desk.store.update("stripe_customers", {"id": "cus_ada"}, method)
    assert desk("get_customer", customer="cus_ada") == {
        "id": "cus_ada", "object": "customer", "created": 1_700_000_000, "currency": "usd",
        "email": "ada@example.com", "name": "Ada", "phone": None, "description": None,
        "invoice_settings": method, "livemode": False, "metadata": {},
    }  # fmt: skip


def test_a_list_has_stripes_envelope(desk: Desk) -> None:
    page = desk("list_payment_methods", customer="cus_bob")
    assert page == {
        "object": "list", "url": "/v1/customers/cus_bob/payment_methods", "has_more": False,
        "data": [],
    }  # fmt: skip
