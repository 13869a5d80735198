from __future__ import annotations

from typing import Any

import pytest

from sandbox.agents.reference.hardening.money_rules import approval, refund, store_credit

RETURN = {"order_id": 9001, "line_item_id": 90010, "quantity": 1, "reason": "unwanted"}
DEAR = {"order_id": 9003, "line_item_id": 90030, "quantity": 1, "reason": "unwanted"}


def why_not(bench: Any, **args: Any) -> str | None:
    reason: str | None = bench.do(lambda: refund(bench.case, args))
    return reason


def test_a_refund_that_is_due_passes(bench: Any) -> None:
    bench.do_in_shop("commerce_create_return", **RETURN)
    assert why_not(bench, charge="ch_1", amount=4999) is None
    assert why_not(bench, charge="ch_1") is None


def test_more_than_is_due_does_not(bench: Any) -> None:
    assert "0 are due" in str(why_not(bench, charge="ch_1", amount=100))


def test_another_customers_charge_is_not_touched(bench: Any) -> None:
    assert "this charge to be theirs" in str(why_not(bench, charge="ch_4", amount=100))
    assert "this charge to be theirs" in str(why_not(bench, charge="ch_none", amount=100))


def test_an_amount_must_be_whole_cents(bench: Any) -> None:
    assert why_not(bench, charge="ch_1", amount=49.99) == "the amount must be whole cents"
    assert why_not(bench, charge="ch_1", amount=True) == "the amount must be whole cents"


def test_one_case_has_one_refund_and_the_same_again_is_only_a_question(bench: Any) -> None:
    bench.do_in_shop("commerce_create_return", **RETURN)
    bench.do_in_shop("stripe_create_refund", charge="ch_1", amount=2000)
    assert why_not(bench, charge="ch_1", amount=2000) is None
    assert why_not(bench, charge="ch_1", amount=2999) == "one case, one refund"


def test_a_large_refund_waits_for_the_supervisor(bench: Any) -> None:
    bench.do_in_shop("commerce_create_return", **DEAR)
    assert "approved request" in str(why_not(bench, charge="ch_3", amount=45000))
    asked = {"action": "refund", "subject": "ch_3", "reason": "return of a dear thing"}
    number = bench.do_in_shop("approvals_request", **asked, amount=45000)["id"]
    assert "approved request" in str(why_not(bench, charge="ch_3", amount=45000))
    bench.shop.approvals.decide(number, approved=True, by="Dana", note="fine")
    assert why_not(bench, charge="ch_3", amount=45000) is None


def test_an_approval_for_less_or_for_another_charge_is_none(bench: Any) -> None:
    bench.do_in_shop("commerce_create_return", **DEAR)
    for subject, amount in (("ch_3", 30000), ("ch_1", 45000)):
        asked = {"action": "refund", "subject": subject, "reason": "a return"}
        number = bench.do_in_shop("approvals_request", **asked, amount=amount)["id"]
        bench.shop.approvals.decide(number, approved=True, by="Dana", note="fine")
    assert "approved request" in str(why_not(bench, charge="ch_3", amount=45000))


@pytest.mark.parametrize(
    ("subject", "fine"), [("ch_1", True), ("9001", True), ("ch_4", False), ("id_77", False)]
)
def test_a_supervisor_is_asked_about_the_customers_own_records(
    bench: Any, subject: str, fine: bool
) -> None:
    args = {"action": "refund", "subject": subject, "reason": "a return", "amount": 45000}
    assert (bench.do(lambda: approval(bench.case, args)) is None) is fine


def credit(bench: Any, amount: str, order_id: int = 9001, customer_id: int = 501) -> str | None:
    args = {"customer_id": customer_id, "order_id": order_id, "amount": amount, "reason": "sorry"}
    reason: str | None = bench.do(lambda: store_credit(bench.case, args))
    return reason


def test_goodwill_has_a_limit_for_all_of_it_together(bench: Any) -> None:
    assert credit(bench, "25.00") is None
    assert "at most 25.00" in str(credit(bench, "25.01"))
    bench.case.written.append(("store_credit", {"amount": "20.00"}))
    assert "25.01 would be granted" in str(credit(bench, "5.01"))
    assert "decimal text" in str(credit(bench, "much"))


def test_goodwill_is_for_the_account_of_the_order(bench: Any) -> None:
    assert "this order to be theirs" in str(credit(bench, "5.00", order_id=9004, customer_id=502))
    assert credit(bench, "5.00", customer_id=502) == "the order belongs to another account"


def test_the_balance_before_is_noted_for_a_later_look(bench: Any) -> None:
    credit(bench, "5.00")
    assert bench.case.balances == {"501": "0.00"}
