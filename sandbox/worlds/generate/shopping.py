"""Orders: when they were placed, what was in them, who bought."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from random import Random

from sandbox.sim.seeds import Seeds
from sandbox.worlds.generate.catalogue import Product
from sandbox.worlds.generate.context import DAY_S, HOUR_S
from sandbox.worlds.generate.people import Person

HISTORY_DAYS = 730
FIRST_NUMBER = 20_001
_FIRST_ID = 8_200_001
_FIRST_LINE_ID = 91_000_001
FREE_SHIPPING_FROM = 7500
STANDARD_SHIPPING = 595
EXPRESS_SHIPPING = 1495
# Sunday evening is the busiest time of a home-goods shop; Monday is weekday 0.
_WEEKDAY = (1.06, 1.0, 0.97, 0.96, 0.92, 0.95, 1.14)
_HOUR = (
    9, 5, 3, 2, 2, 4, 10, 20, 32, 41, 47, 50, 54, 50, 47, 46, 47, 50, 56, 66, 74, 72, 50, 24,
)  # fmt: skip
_MONTH = (0.92, 0.88, 0.94, 0.97, 1.02, 0.98, 0.93, 0.95, 1.0, 1.08, 1.65, 1.55)
_LINES = (52, 27, 13, 5, 3)
_SECONDS_OF_EXPRESS = 0.08


@dataclass(slots=True)
class Line:
    """One line of an order."""

    product: Product
    quantity: int
    cents: int
    """Price of one unit on the day of the order."""
    id: int = 0


@dataclass(slots=True)
class Order:
    """One order and what became of it."""

    person: Person
    placed_s: int
    lines: list[Line]
    express: bool = False
    shipping_cents: int = 0
    id: int = 0
    number: int = 0
    cancelled_s: int = 0
    shipped_s: int = 0
    """0: still in the warehouse."""
    due_s: int = 0
    delivered_s: int = 0
    lost: bool = False
    stuck: bool = False
    """On its way, but the carrier has not scanned it for days."""
    return_line: Line | None = None
    return_s: int = 0
    return_status: str = ""
    return_reason: str = ""
    refunded_cents: int = 0
    refunded_s: int = 0
    replaces: Order | None = None
    """The order whose faulty item this one replaces, free of charge."""
    charge_id: str = ""
    notes: list[tuple[int, str]] = field(default_factory=list)

    @property
    def total_cents(self) -> int:
        """What was charged; nothing for a replacement."""
        if self.replaces is not None:
            return 0
        return sum(line.cents * line.quantity for line in self.lines) + self.shipping_cents


def place_orders(
    seeds: Seeds, people: Sequence[Person], products: Sequence[Product], count: int, epoch_s: int
) -> list[Order]:
    """*count* orders in the order of time; who buys much goes on buying much."""
    rng = seeds.stream("orders")
    appetite = list(accumulate(rng.paretovariate(1.7) for _ in people))
    popularity = list(accumulate(product.popularity for product in products))
    times = sorted(_times(rng, count, epoch_s))
    buyers = rng.choices(people, cum_weights=appetite, k=count)
    sizes = rng.choices(range(1, len(_LINES) + 1), _LINES, k=count)
    picks = iter(rng.choices(products, cum_weights=popularity, k=sum(sizes)))
    orders: list[Order] = []
    for placed_s, person, size in zip(times, buyers, sizes, strict=True):
        chosen = {next(picks): None for _ in range(size)}  # the same twice is one line
        lines = [_line(rng, product, placed_s) for product in chosen]
        order = Order(person, placed_s, lines, express=rng.random() < _SECONDS_OF_EXPRESS)
        order.shipping_cents = _shipping(order)
        orders.append(order)
    return orders


def number_orders(orders: list[Order], people: Sequence[Person], rng: Random) -> None:
    """Give orders and lines their ids in the order of time, and accounts their birthday."""
    orders.sort(key=lambda order: (order.placed_s, order.person.id))
    line_id = _FIRST_LINE_ID
    for index, order in enumerate(orders):
        order.id, order.number = _FIRST_ID + index, FIRST_NUMBER + index
        for line in order.lines:
            line.id, line_id = line_id, line_id + 1
        if not order.person.orders:
            # Most people open an account with their first order.
            early = rng.random() < 0.25
            order.person.created_s = order.placed_s - (
                rng.randrange(DAY_S, 60 * DAY_S) if early else rng.randrange(90, 1500)
            )
        order.person.orders += 1
    span = (orders[-1].placed_s - HISTORY_DAYS * DAY_S, orders[-1].placed_s) if orders else (0, 1)
    for person in people:
        if not person.orders:
            person.created_s = rng.randrange(*span)


def _times(rng: Random, count: int, epoch_s: int) -> list[int]:
    midnight = epoch_s - epoch_s % DAY_S
    days = range(HISTORY_DAYS)
    weights = [_day_weight(midnight - day * DAY_S, day) for day in days]
    found: list[int] = []
    chosen_days = rng.choices(days, weights, k=count)
    hours = rng.choices(range(24), _HOUR, k=count)
    for day, hour in zip(chosen_days, hours, strict=True):
        at = midnight - day * DAY_S + hour * HOUR_S + rng.randrange(HOUR_S)
        # What would lie in the future happened a day earlier.
        found.append(at if at < epoch_s - 300 else at - DAY_S)
    return found


def _day_weight(day_start_s: int, days_ago: int) -> float:
    day = day_start_s // DAY_S
    weekday = (day + 3) % 7  # 1 January 1970 was a Thursday
    month = int((day % 365.2425) / 30.4369)
    growth = float(9.0 ** (1 - days_ago / HISTORY_DAYS))  # ninefold in two years
    return _WEEKDAY[weekday] * _MONTH[min(month, 11)] * growth


def _line(rng: Random, product: Product, placed_s: int) -> Line:
    many = rng.random() < (0.25 if product.cents < 3000 else 0.05)
    return Line(product, rng.randrange(2, 5) if many else 1, product.cents_at(placed_s))


def _shipping(order: Order) -> int:
    if order.express:
        return EXPRESS_SHIPPING
    goods = sum(line.cents * line.quantity for line in order.lines)
    return 0 if goods >= FREE_SHIPPING_FROM else STANDARD_SHIPPING
