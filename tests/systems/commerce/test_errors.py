"""Shopify's error bodies."""

from __future__ import annotations

from sandbox.systems.commerce.errors import invalid, missing, refused


def test_the_body_is_the_vendors_and_the_message_is_for_people() -> None:
    error = missing("Order", 7)
    assert (error.message, error.body) == ("Order 7 not found", {"errors": "Not Found"})


def test_a_refusal_is_filed_under_its_field() -> None:
    assert refused("no").body == {"errors": {"base": ["no"]}}
    assert refused("no", field="email").body == {"errors": {"email": ["no"]}}


def test_an_impossible_value_is_a_422() -> None:
    error = invalid("amount", "must be greater than 0")
    assert (error.status, error.message) == (422, "amount must be greater than 0")
