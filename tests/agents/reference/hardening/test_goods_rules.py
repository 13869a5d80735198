from __future__ import annotations

from typing import Any

from sandbox.agents.reference.hardening.goods_rules import erasure, replacement

AGAIN = {
    "order_id": 9001, "line_item_id": 90010, "sku": "KET-B", "quantity": 1, "reason": "warranty",
}  # fmt: skip


def why_not(bench: Any, **changed: Any) -> str | None:
    reason: str | None = bench.do(lambda: replacement(bench.case, {**AGAIN, **changed}))
    return reason


def test_what_was_ordered_may_be_sent_again(bench: Any) -> None:
    assert why_not(bench) is None


def test_something_else_only_in_exchange(bench: Any) -> None:
    assert why_not(bench, sku="KET-W") == "this line of the order holds something else"
    assert why_not(bench, sku="KET-W", reason="exchange") is None


def test_for_another_customers_order_nothing_is_sent(bench: Any) -> None:
    reason = why_not(bench, order_id=9004, line_item_id=90040)
    assert "this order to be theirs" in str(reason)


def test_a_lost_parcel_must_be_lost(bench: Any) -> None:
    assert "does not report a lost parcel" in str(why_not(bench, reason="lost_in_transit"))
    bench.shop.store.insert("commerce_shipments", {
        "id": 1, "order_id": 9001, "created_at": "2026-02-10T10:00:00Z", "tracking_company": "UPS",
        "tracking_number": "1Z1", "status": "lost",
    })  # fmt: skip
    assert why_not(bench, reason="lost_in_transit") is None


def test_goods_or_money_and_not_both(bench: Any) -> None:
    bench.case.written.append(("refund", {"charge": "ch_1"}))
    assert "goods or money" in str(why_not(bench))


def test_while_the_bank_decides_nothing_is_sent(bench: Any) -> None:
    bench.shop.store.update("stripe_charges", {"id": "ch_1"}, {"disputed": 1})
    assert "disputed" in str(why_not(bench))


def test_an_account_is_erased_after_a_look_at_its_orders(new_bench: Any) -> None:
    bench = new_bench("ada@example.com, #10001: delete my account")
    assert bench.do(lambda: erasure(bench.case, {"customer_id": 501})) is None
    calls = bench.shop.calls("commerce_search_orders")
    assert calls
    assert "this customer to be theirs" in bench.do(
        lambda: erasure(bench.case, {"customer_id": 502})
    )
