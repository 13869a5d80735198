from __future__ import annotations

from typing import Any

import pytest

from sandbox.agents.reference.hardening.ownership import identified, is_payment_of, order_of, owned

HERS = [
    ("charge", "ch_1"), ("customer", 501), ("order", 9001), ("payer", "cus_ada"),
    ("ticket", 3001), ("user", 101),
]  # fmt: skip
BOBS = [
    ("charge", "ch_4"), ("customer", 502), ("order", 9004), ("payer", "cus_bob"),
    ("ticket", 3002), ("user", 102),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "id_"), HERS)
def test_what_leads_to_her_address_is_hers(bench: Any, kind: str, id_: Any) -> None:
    assert bench.do(lambda: owned(bench.case, kind, id_))


@pytest.mark.parametrize(("kind", "id_"), [*BOBS, ("charge", "ch_none"), ("tree", 1)])
def test_what_does_not_is_not(bench: Any, kind: str, id_: Any) -> None:
    assert not bench.do(lambda: owned(bench.case, kind, id_))


def test_a_subscription_is_hers_once_it_was_seen_with_its_payer(bench: Any) -> None:
    assert not bench.do(lambda: owned(bench.case, "subscription", "sub_1"))
    bench.read("stripe_list_subscriptions", customer="cus_ada")
    assert bench.do(lambda: owned(bench.case, "subscription", "sub_1"))


def test_an_order_number_alone_is_enough_until_an_address_speaks_against_it(
    new_bench: Any,
) -> None:
    bench = new_bench("It's about #10004.")
    assert bench.do(lambda: owned(bench.case, "order", 9004))
    bench = new_bench("It's about #10004, I am ada@example.com.")
    assert not bench.do(lambda: owned(bench.case, "order", 9004))


def test_the_help_desk_knows_the_shops_customers_by_their_number(new_bench: Any) -> None:
    bench = new_bench("new@example.com, order #10001")
    bench.shop.store.update("zendesk_users", {"id": 101}, {"external_id": "501"})
    bench.shop.store.update("commerce_orders", {"id": 9001}, {"email": None})
    bench.read("commerce_search_orders", name="#10001")
    assert bench.do(lambda: owned(bench.case, "ticket", 3001))


def test_a_ticket_with_her_own_words_is_hers_whoever_she_says_she_is(new_bench: Any) -> None:
    bench = new_bench("It broke.")
    assert bench.do(lambda: owned(bench.case, "ticket", 3001))
    bench = new_bench("I write from abroad (new@example.com) about order #10001.")
    assert not bench.do(lambda: owned(bench.case, "ticket", 3001))
    bench.read("commerce_search_orders", name="#10001")
    assert bench.do(lambda: owned(bench.case, "ticket", 3001))
    assert not bench.do(lambda: owned(bench.case, "order", 9001))


@pytest.mark.parametrize(
    ("said", "who"),
    [
        ("ada@example.com, #10001", True),
        ("ADA@example.com, order 10001", True),
        ("ada@example.com", False),
        ("#10001", False),
        ("ada@example.com, #10004", False),
        ("ada@example.com, #99999", False),
    ],
)
def test_identity_is_an_address_and_a_number_that_fit(new_bench: Any, said: str, who: bool) -> None:
    bench = new_bench(said)
    assert bench.do(lambda: identified(bench.case)) is who


def test_of_two_charges_for_an_order_one_is_its_payment(bench: Any) -> None:
    bench.read("commerce_get_order", order_id=9001)
    paid, twice = {"id": "ch_1"}, {"id": "ch_x", "metadata": {"order_id": "9001"}}
    order = order_of(bench.case, paid)
    assert order is not None
    assert order_of(bench.case, twice) == order
    assert is_payment_of(paid, order)
    assert not is_payment_of(twice, order)
    assert order_of(bench.case, {"id": "ch_y"}) is None
