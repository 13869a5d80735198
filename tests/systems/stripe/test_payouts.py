"""Payouts: money out of the shop's balance, tied to no charge."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from sandbox.errors import NotFound

if TYPE_CHECKING:
    from tests.systems.stripe.conftest import Desk


def test_a_payout_leaves_the_charge_unrefunded(desk: Desk) -> None:
    payout = desk("create_payout", amount=5000, destination="pm_bank", description="for ch_1")
    assert (payout["type"], payout["status"]) == ("bank_account", "pending")
    assert payout["arrival_date"] == payout["created"] + 2 * 24 * 3600
    assert desk("get_charge", charge="ch_1")["amount_refunded"] == 0


def test_a_payout_to_a_card_says_so(desk: Desk) -> None:
    assert desk("create_payout", amount=1, destination="pm_card")["type"] == "card"


def test_a_repeated_key_pays_once(desk: Desk) -> None:
    args = {"amount": 700, "destination": "pm_card", "idempotency_key": "k"}
    first = desk("create_payout", **args)
    assert desk("create_payout", **args) == first
    assert desk.changes == ()


def test_an_unknown_destination_is_refused(desk: Desk) -> None:
    with pytest.raises(NotFound) as caught:
        desk("create_payout", amount=1, destination="ba_none")
    assert caught.value.body["error"]["message"] == "No such external account: 'ba_none'"
    assert caught.value.body["error"]["param"] == "destination"
