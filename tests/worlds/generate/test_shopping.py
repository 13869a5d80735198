"""Orders: realistic in time, size and loyalty, never in the future."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from sandbox.worlds.generate.shopping import FREE_SHIPPING_FROM, HISTORY_DAYS

if TYPE_CHECKING:
    from tests.worlds.generate.conftest import Shop


def test_no_order_lies_in_the_future_or_before_the_shop_opened(shop: Shop) -> None:
    epoch_s = shop.context.epoch_s
    times = [order.placed_s for order in shop.orders]
    assert max(times) < epoch_s
    assert min(times) > epoch_s - (HISTORY_DAYS + 2) * 86_400


def test_numbers_and_ids_count_up_with_time(shop: Shop) -> None:
    times = [order.placed_s for order in shop.orders]
    assert times == sorted(times)
    numbers = [order.number for order in shop.orders]
    assert numbers == list(range(numbers[0], numbers[0] + len(numbers)))
    lines = [line.id for order in shop.orders for line in order.lines]
    assert len(set(lines)) == len(lines)


def test_business_has_grown_and_sleeps_at_night(shop: Shop) -> None:
    epoch_s = shop.context.epoch_s
    lately = sum(order.placed_s > epoch_s - 365 * 86_400 for order in shop.orders)
    assert lately > 0.65 * len(shop.orders)
    hours = Counter(order.placed_s // 3600 % 24 for order in shop.orders)
    assert sum(hours[h] for h in (19, 20, 21)) > 4 * sum(hours[h] for h in (2, 3, 4))


def test_some_customers_come_again_and_again(shop: Shop) -> None:
    orders = sorted((person.orders for person in shop.people), reverse=True)
    assert sum(orders[:50]) > 0.25 * len(shop.orders)
    assert sum(count == 1 for count in orders) > 50


def test_an_account_is_older_than_its_first_order(shop: Shop) -> None:
    for order in shop.orders:
        assert order.person.created_s < order.placed_s


def test_shipping_is_free_from_75_unless_express(shop: Shop) -> None:
    for order in shop.orders:
        if order.replaces is not None:
            assert order.total_cents == 0
            continue
        goods = sum(line.cents * line.quantity for line in order.lines)
        due = 1495 if order.express else 0 if goods >= FREE_SHIPPING_FROM else 595
        assert order.total_cents == goods + due


def test_a_product_stands_in_an_order_once(shop: Shop) -> None:
    for order in shop.orders:
        skus = [line.product.sku for line in order.lines]
        assert len(set(skus)) == len(skus)
