from __future__ import annotations

from typing import Any

import pytest

from sandbox.agents.reference.hardening.parcels import came_late, is_lost, parcels_of

# The small shop's clock begins on 2026-03-02.
RECENT = [{"happened_at": "2026-02-28T10:00:00Z"}]
LONG_AGO = [{"happened_at": "2026-02-20T10:00:00Z"}]
ARRIVED = {"status": "delivered", "delivered_at": "2026-02-21T10:00:00Z", "events": LONG_AGO}


@pytest.mark.parametrize(
    ("parcel", "lost"),
    [
        ({"status": "lost", "events": RECENT}, True),
        ({"status": "in_transit", "events": RECENT}, False),
        ({"status": "in_transit", "events": LONG_AGO}, True),
        ({"status": "label_created", "events": []}, False),
        (ARRIVED, False),
    ],
)
def test_a_parcel_is_lost_when_the_carrier_says_so_or_nothing_for_a_week(
    bench: Any, parcel: dict[str, Any], lost: bool
) -> None:
    assert is_lost(bench.case, parcel) is lost


@pytest.mark.parametrize(
    ("promised", "delivered", "late"),
    [
        ("2026-02-20T18:00:00Z", "2026-02-21T09:00:00Z", True),
        ("2026-02-20T18:00:00Z", "2026-02-20T23:00:00Z", False),
        (None, "2026-02-20T23:00:00Z", False),
        ("2026-02-20T18:00:00Z", None, False),
    ],
)
def test_a_parcel_is_late_after_the_promised_day(
    promised: str | None, delivered: str | None, late: bool
) -> None:
    assert came_late({"estimated_delivery_at": promised, "delivered_at": delivered}) is late


def test_parcels_are_looked_up_once(bench: Any) -> None:
    bench.shop.store.insert("commerce_shipments", {
        "id": 1, "order_id": 9001, "created_at": "2026-02-10T10:00:00Z", "tracking_company": "UPS",
        "tracking_number": "1Z1", "status": "lost",
    })  # fmt: skip
    for _ in range(2):
        [parcel] = bench.do(lambda: parcels_of(bench.case, {"id": 9001}))
        assert parcel["status"] == "lost"
    assert len(bench.shop.calls("commerce_get_shipment")) == 1
