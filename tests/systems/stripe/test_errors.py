"""Stripe's error bodies."""

from __future__ import annotations

import pytest

from sandbox.systems.stripe.errors import error_body, money


def test_absent_fields_are_left_out() -> None:
    assert error_body("no") == {"error": {"message": "no", "type": "invalid_request_error"}}


@pytest.mark.parametrize(
    ("cents", "currency", "text"),
    [(5, "usd", "$0.05"), (123456, "eur", "€1,234.56"), (1999, "sek", "19.99 SEK")],
)
def test_money_is_written_as_in_stripes_messages(cents: int, currency: str, text: str) -> None:
    assert money(cents, currency) == text
