"""What becomes of orders: one consistent story each, up to the epoch."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.worlds.generate.conftest import Shop


def test_every_story_is_told_in_order_and_ends_before_the_epoch(shop: Shop) -> None:
    epoch_s = shop.context.epoch_s
    for order in shop.orders:
        steps = [order.placed_s, order.shipped_s, order.delivered_s, order.return_s]
        happened = [at for at in steps if at]
        assert happened == sorted(happened)
        assert max(happened) < epoch_s
        assert order.refunded_s < epoch_s


def test_what_was_cancelled_never_left_and_was_paid_back(shop: Shop) -> None:
    cancelled = [order for order in shop.orders if order.cancelled_s]
    assert len(cancelled) > 10
    for order in cancelled:
        assert not order.shipped_s
        assert order.refunded_cents == order.total_cents
        assert order.refunded_s > order.cancelled_s


def test_the_orders_of_the_weekend_wait_for_monday(shop: Shop) -> None:
    for order in shop.orders:
        if order.shipped_s:
            assert (order.shipped_s // 86_400 + 3) % 7 <= 4, "packed on a weekday"
            assert 13 <= order.shipped_s // 3600 % 24 < 18
    friday_s = shop.context.epoch_s - 2 * 86_400
    late = [o for o in shop.orders if o.placed_s > friday_s and not o.cancelled_s]
    assert late
    assert not any(order.shipped_s for order in late)


def test_returns_keep_to_the_window_and_to_what_may_come_back(shop: Shop) -> None:
    returned = [order for order in shop.orders if order.return_s]
    assert len(returned) > 30
    for order in returned:
        assert order.return_line in order.lines
        assert order.return_line is not None
        assert order.return_line.product.returnable
        assert 0 < order.return_s - order.delivered_s <= 30 * 86_400
        paid_back = order.refunded_cents > 0
        assert order.return_status == "closed" or not paid_back


def test_some_parcels_hang_and_some_are_lost(shop: Shop) -> None:
    epoch_s = shop.context.epoch_s
    hanging = [order for order in shop.orders if order.stuck]
    lost = [order for order in shop.orders if order.lost]
    assert hanging
    assert lost
    assert all(5 * 86_400 < epoch_s - order.shipped_s < 16 * 86_400 for order in hanging)
    assert not any(order.delivered_s for order in hanging + lost)


def test_who_got_the_item_again_did_not_get_the_money_too(shop: Shop) -> None:
    again = [order for order in shop.orders if order.replaces]
    assert len(again) > 5
    for order in again:
        old = order.replaces
        assert old is not None
        assert old.refunded_cents == 0
        assert order.placed_s > old.placed_s
        assert order.person is old.person
