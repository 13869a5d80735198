from __future__ import annotations

from typing import Any

import pytest

from sandbox.agents.reference.hardening.due import due_cents

# Order #10001 holds a kettle for 49.99; ch_1 paid it.
RETURN = {"order_id": 9001, "line_item_id": 90010, "quantity": 1}


def due(bench: Any, asked: int, charge: str = "ch_1", **changed: Any) -> int:
    shown = {**bench.read("stripe_get_charge", charge=charge), **changed}
    if charge != "ch_x":
        bench.read("commerce_get_order", order_id=9000 + int(charge[-1]))
    cents: int = bench.do(lambda: due_cents(bench.case, shown, shown["amount"], asked))
    return cents


def parcel(bench: Any, **columns: Any) -> None:
    bench.shop.store.insert("commerce_shipments", {
        "id": 1, "order_id": 9001, "created_at": "2026-02-10T10:00:00Z", "tracking_company": "UPS",
        "tracking_number": "1Z1", "status": "delivered", **columns,
    })  # fmt: skip


def test_nothing_is_due_for_goods_that_are_kept(bench: Any) -> None:
    assert due(bench, 4999) == 0


def test_what_comes_back_is_due_less_what_was_refunded(bench: Any) -> None:
    bench.do_in_shop("commerce_create_return", **RETURN, reason="unwanted")
    assert due(bench, 4999) == 4999
    assert due(bench, 4999, amount_refunded=4000) == 999


def test_shipping_goes_back_only_where_the_fault_is_ours(bench: Any) -> None:
    bench.do_in_shop("commerce_create_return", **RETURN, reason="unwanted")
    assert due(bench, 5594, amount=5594) == 4999


def test_with_a_faulty_order_the_whole_charge_goes_back(bench: Any) -> None:
    bench.do_in_shop("commerce_create_return", **RETURN, reason="defective")
    assert due(bench, 5594, amount=5594) == 5594


def test_what_was_sent_again_is_not_paid_back_as_well(bench: Any) -> None:
    bench.do_in_shop("commerce_create_return", **RETURN, reason="wrong_item")
    bench.do_in_shop(
        "commerce_create_replacement", order_id=9001, line_item_id=90010, sku="KET-B", quantity=1,
        reason="wrong_item",
    )  # fmt: skip
    assert due(bench, 4999) == 0


def test_a_cancelled_order_is_paid_back_in_full(bench: Any) -> None:
    bench.do_in_shop("commerce_cancel_order", order_id=9002, reason="customer")
    assert due(bench, 8000, "ch_2") == 8000


def test_a_lost_parcel_is_paid_back_in_full_unless_it_was_sent_again(bench: Any) -> None:
    parcel(bench, status="lost")
    assert due(bench, 4999) == 4999
    bench.case.written.append(("replacement", {"line_item_id": 90010}))
    assert due(bench, 4999) == 0


def test_a_second_charge_for_the_same_order_goes_back(bench: Any) -> None:
    bench.shop.store.insert("stripe_charges", {
        "id": "ch_x", "payment_intent": "pi_1", "customer": "cus_ada", "created": 1_769_900_009,
        "amount": 4999, "brand": "visa", "last4": "4242", "exp_month": 4, "exp_year": 2030,
        "metadata": '{"order_id": "9001"}',
    })  # fmt: skip
    assert due(bench, 4999, "ch_x") == 4999


@pytest.mark.parametrize(("days", "cents"), [(3, 1900), (30, 0)])
def test_a_renewal_can_be_taken_back_for_a_week(bench: Any, days: int, cents: int) -> None:
    charge = {
        "id": "ch_m", "created": bench.case.began_s - days * 86400, "amount": 1900,
        "metadata": {"subscription": "sub_1"},
    }  # fmt: skip
    assert bench.do(lambda: due_cents(bench.case, charge, 1900, 1900)) == cents
    assert bench.do(lambda: due_cents(bench.case, {**charge, "metadata": {}}, 1900, 1900)) == 0


def test_the_express_fee_goes_back_where_the_parcel_was_late(bench: Any) -> None:
    parcel(bench, estimated_delivery_at="2026-02-11T18:00:00Z", delivered_at="2026-02-13T18:00:00Z")
    assert due(bench, 1495, amount=4999 + 1495) == 1495
    assert due(bench, 1496, amount=4999 + 1495) == 0


def test_the_difference_to_todays_price_is_due(bench: Any) -> None:
    bench.shop.store.update("commerce_variants", {"id": 1}, {"price": "44.99"})
    assert due(bench, 500) == 500
    assert due(bench, 501) == 0


@pytest.mark.parametrize(("said", "cents"), [("It arrived broken.", 2500), ("No need.", 0)])
def test_for_small_faulty_goods_the_customers_word_is_enough(
    new_bench: Any, said: str, cents: int
) -> None:
    bench = new_bench(f"ada@example.com, #10001. {said}")
    bench.shop.store.update("commerce_line_items", {"order_id": 9001}, {"price": "25.00"})
    bench.shop.store.update("commerce_variants", {"id": 1}, {"price": "25.00"})
    assert due(bench, 2500) == cents


@pytest.mark.parametrize(("said", "cents"), [("It isn't in the parcel.", 2000), ("Hm.", 0)])
def test_of_several_lines_one_that_was_missing_is_due(
    new_bench: Any, said: str, cents: int
) -> None:
    bench = new_bench(f"ada@example.com, #10001. {said}")
    bench.shop.store.insert("commerce_line_items", {
        "id": 90011, "order_id": 9001, "sku": "LID", "title": "Lid", "quantity": 2,
        "fulfilled_quantity": 2, "price": "10.00",
    })  # fmt: skip
    assert due(bench, 2000) == cents
