"""What a charge and a payment intent say follows from their state."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.systems.stripe.conftest import Desk


def test_a_charge_shows_the_card_that_paid(desk: Desk) -> None:
    details = desk("get_charge", charge="ch_1")["payment_method_details"]
    card = {"brand": "visa", "last4": "4242", "exp_month": 4, "exp_year": 2030}
    assert details == {"type": "card", "card": card}


def test_a_failed_charge_took_nothing(desk: Desk) -> None:
    failed = {"status": "failed", "failure_code": "card_declined"}
    desk.store.update("stripe_charges", {"id": "ch_1"}, failed)
    charge = desk("get_charge", charge="ch_1")
    assert (charge["paid"], charge["captured"], charge["amount_captured"]) == (False, False, 0)
    assert charge["failure_code"] == "card_declined"


def test_a_payment_intent_under_way_has_received_nothing(desk: Desk) -> None:
    assert desk("get_payment_intent", payment_intent="pi_1")["amount_received"] == 5000
    desk.store.update("stripe_payment_intents", {"id": "pi_1"}, {"status": "processing"})
    assert desk("get_payment_intent", payment_intent="pi_1")["amount_received"] == 0
