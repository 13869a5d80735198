"""What became of the orders: shipped, delivered, lost, cancelled, returned, refunded, replaced."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from random import Random

from sandbox.sim.seeds import Seeds
from sandbox.worlds.generate.context import DAY_S, HOUR_S
from sandbox.worlds.generate.shopping import Line, Order

_CANCELLED = 0.025
_LOST = 0.004
_STUCK_RECENTLY = 0.16
"""It has been a bad fortnight for the carriers: so there are lost parcels to ask about."""
_RETURNED = 0.075
_PROMISE_DAYS = {True: 2, False: 6}
"""Days from shipping to the promised delivery, for express and standard."""
_REASONS = ("unwanted", "not_as_described", "defective", "damaged", "wrong_item", "color", "style")
_REASON_WEIGHTS = (40, 17, 14, 9, 6, 8, 6)
_FAULTY = ("defective", "damaged", "wrong_item")


def live_through(seeds: Seeds, orders: Sequence[Order], epoch_s: int) -> None:
    """Decide the course of each order up to *epoch_s*."""
    rng = seeds.stream("fate")
    for order in orders:
        if rng.random() < _CANCELLED:
            _cancel(rng, order, epoch_s)
            if order.cancelled_s:
                continue
        _ship(rng, order, epoch_s)
        if order.delivered_s and rng.random() < _RETURNED:
            _return(rng, order, epoch_s)


def replacements(seeds: Seeds, orders: Sequence[Order], count: int, epoch_s: int) -> list[Order]:
    """Up to *count* orders that replace, free of charge, what was lost or came faulty."""
    rng = seeds.stream("replacements")
    candidates = [o for o in orders if o.lost or o.return_reason in _FAULTY]
    rng.shuffle(candidates)
    found = (new for order in candidates for new in _replace(rng, order, epoch_s))
    return list(islice(found, count))


def _cancel(rng: Random, order: Order, epoch_s: int) -> None:
    at = order.placed_s + rng.randrange(600, 10 * HOUR_S)
    if at < epoch_s:
        order.cancelled_s = at
        order.refunded_cents, order.refunded_s = order.total_cents, at + rng.randrange(60, 1800)


def _ship(rng: Random, order: Order, epoch_s: int) -> None:
    """The warehouse packs on weekdays from 13:00 to 18:00 UTC what was ordered before 10:00."""
    day = order.placed_s // DAY_S + (order.placed_s % DAY_S > 10 * HOUR_S)
    if rng.random() < 0.15:
        day += 1  # out of stock in the first warehouse, or simply a busy day
    while (day + 3) % 7 > 4:
        day += 1
    shipped_s = day * DAY_S + 13 * HOUR_S + rng.randrange(5 * HOUR_S)
    order.due_s = shipped_s + _PROMISE_DAYS[order.express] * DAY_S
    if shipped_s >= epoch_s:
        return
    order.shipped_s = shipped_s
    age_s = epoch_s - shipped_s
    if rng.random() < (_STUCK_RECENTLY if 5 * DAY_S < age_s < 16 * DAY_S else _LOST):
        order.lost = age_s > 16 * DAY_S
        order.stuck = not order.lost and age_s > 5 * DAY_S
        if order.lost or order.stuck:
            return
    days = rng.lognormvariate(0.25 if order.express else 1.25, 0.35)
    delivered_s = shipped_s + int(days * DAY_S) // DAY_S * DAY_S + rng.randrange(20 * HOUR_S, DAY_S)
    order.delivered_s = delivered_s if delivered_s < epoch_s else 0


def _return(rng: Random, order: Order, epoch_s: int) -> None:
    """A return of one line within the window; the money follows when the parcel is back."""
    returnable = [line for line in order.lines if line.product.returnable]
    asked_s = order.delivered_s + rng.randrange(HOUR_S, 27 * DAY_S)
    if not returnable or asked_s >= epoch_s:
        return
    line = rng.choice(returnable)
    order.return_line, order.return_s = line, asked_s
    order.return_reason = rng.choices(_REASONS, _REASON_WEIGHTS)[0]
    received_s = asked_s + rng.randrange(5 * DAY_S, 15 * DAY_S)
    refunded_s = received_s + rng.randrange(HOUR_S, 7 * DAY_S)
    if refunded_s < epoch_s:
        order.return_status = "closed"
        order.refunded_cents, order.refunded_s = line.cents * line.quantity, refunded_s
    elif received_s < epoch_s:
        order.return_status = "received"
    else:
        order.return_status = "requested" if asked_s > epoch_s - DAY_S else "approved"


def _replace(rng: Random, order: Order, epoch_s: int) -> Iterator[Order]:
    since_s = order.return_s or order.shipped_s + 17 * DAY_S
    placed_s = since_s + rng.randrange(HOUR_S, 4 * DAY_S)
    if placed_s >= epoch_s:
        return
    # Who gets the item again does not get the money too.
    order.refunded_cents = order.refunded_s = 0
    old = order.return_line or order.lines[0]
    new = Order(order.person, placed_s, [Line(old.product, old.quantity, 0)], replaces=order)
    _ship(rng, new, epoch_s)
    yield new
