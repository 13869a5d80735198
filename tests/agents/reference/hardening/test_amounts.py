from __future__ import annotations

from typing import Any

import pytest

from sandbox.agents.reference.hardening.amounts import AmountCheck, confirmed_cents, in_cents
from sandbox.faults.kinds import SchemaDrift


def dollars(tool: str) -> SchemaDrift:
    change: Any = {"change": "unit_changed", "field": "amount", "factor": 0.01}
    return SchemaDrift(kind="schema_drift", tool=tool, changes=[change])


@pytest.mark.parametrize(
    ("price", "cents"), [("49.99", 4999), (49.99, 4999), (50, 5000), ("x", None), ("1.999", None)]
)
def test_prices_in_cents(price: Any, cents: int | None) -> None:
    assert in_cents(price) == cents


def test_a_charge_in_another_unit_is_shown_in_cents_again(new_bench: Any) -> None:
    bench = new_bench(faults=[dollars("stripe_get_charge")])
    bench.read("commerce_get_order", order_id=9002)
    message = bench.through(AmountCheck(bench.case), "stripe_get_charge", charge="ch_2")
    assert '"amount": 8000' in message.text
    assert bench.case.records.get("charge", "ch_2")["amount"] == 8000
    assert "ch_2: 80 is 8000 cents" in bench.shop.notes()


def test_in_a_list_only_charges_of_orders_that_were_seen_are_compared(new_bench: Any) -> None:
    bench = new_bench(faults=[dollars("stripe_list_charges")])
    bench.read("commerce_get_order", order_id=9002)
    message = bench.through(AmountCheck(bench.case), "stripe_list_charges", customer="cus_ada")
    amounts = {c["id"]: c["amount"] for c in message.artifact["data"]}
    assert amounts == {"ch_1": 49.99, "ch_2": 8000, "ch_3": 450}


def test_where_all_agree_nothing_is_read_and_nothing_changes(bench: Any) -> None:
    bench.read("commerce_get_order", order_id=9001)
    message = bench.through(AmountCheck(bench.case), "stripe_get_charge", charge="ch_1")
    assert message.artifact["amount"] == 4999
    assert bench.shop.calls("stripe_get_payment_intent") == []


def confirmed(bench: Any, charge: str) -> int | None:
    shown = bench.read("stripe_get_charge", charge=charge)
    bench.read("commerce_get_order", order_id=9000 + int(charge[-1]))
    cents: int | None = bench.do(lambda: confirmed_cents(bench.case, shown))
    return cents


def test_two_of_three_sources_decide(new_bench: Any) -> None:
    assert confirmed(new_bench(faults=[dollars("stripe_get_charge")]), "ch_2") == 8000


def test_where_no_two_agree_a_person_must_look(new_bench: Any) -> None:
    bench = new_bench(faults=[dollars("stripe_get_charge"), dollars("stripe_get_payment_intent")])
    assert confirmed(bench, "ch_2") is None
    assert "disagree on the amount of ch_2" in bench.case.stopped


def test_a_charge_without_an_order_is_compared_with_its_payment_intent(bench: Any) -> None:
    shown = {**bench.read("stripe_get_charge", charge="ch_2"), "metadata": {}}
    assert bench.do(lambda: confirmed_cents(bench.case, shown)) == 8000
    assert bench.do(lambda: confirmed_cents(bench.case, {**shown, "amount": 80})) is None
