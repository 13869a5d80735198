"""Payments as they happened: cards, charges, refunds, duplicates, disputes, subscriptions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from sandbox.sim.seeds import Seeds
from sandbox.worlds.generate.catalogue import Product
from sandbox.worlds.generate.context import DAY_S, Batch, token
from sandbox.worlds.generate.people import Person
from sandbox.worlds.generate.shopping import Order

_BRANDS = ("visa", "mastercard", "amex", "discover")
_BRAND_WEIGHTS = (52, 31, 11, 6)
_SECOND_CARD = 0.22
_DECLINED_FIRST = 0.03
_DISPUTED = 0.003
_DUPLICATE = 0.004
_DUPLICATE_RECENTLY = 0.08
_RECENT_DAYS = 30
_MONTH_S = 30 * DAY_S
_CHARGE_COLUMNS = (
    "id", "created", "customer", "payment_intent", "payment_method", "amount", "status",
    "disputed", "brand", "last4", "exp_month", "exp_year", "billing_name", "receipt_email",
    "description", "failure_code", "failure_message", "metadata",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Card:
    """A card on file."""

    id: str
    brand: str
    last4: str
    exp_month: int
    exp_year: int


class Till:
    """Collects the rows of Stripe while orders and subscriptions are paid."""

    def __init__(self, seeds: Seeds, epoch_s: int) -> None:
        self.seeds = seeds
        self.epoch_s = epoch_s
        self.ids = seeds.stream("stripe_ids")
        self.customers: list[tuple[Any, ...]] = []
        self.methods: list[tuple[Any, ...]] = []
        self.intents: list[tuple[Any, ...]] = []
        self.charges: list[tuple[Any, ...]] = []
        self.refunds: list[tuple[Any, ...]] = []
        self.subscriptions: list[tuple[Any, ...]] = []
        self._cards: dict[int, list[Card]] = {}

    def open_accounts(self, people: Sequence[Person]) -> None:
        """A Stripe customer with a card or two for everybody who ever bought something."""
        rng = self.seeds.stream("cards")
        year = 1970 + int(self.epoch_s / (365.2425 * DAY_S))
        for person in people:
            if not person.orders:
                continue
            person.stripe_id = token(self.ids, "cus")
            cards = [self._card(rng, person, year)]
            if rng.random() < _SECOND_CARD:
                cards.append(self._card(rng, person, year))
            self._cards[person.id] = cards
            self.customers.append((
                person.stripe_id, person.created_s, person.email, person.name, person.phone,
                cards[0].id, f'{{"customer_id":"{person.id}"}}',
            ))  # fmt: skip

    def _card(self, rng: Random, person: Person, year: int) -> Card:
        card = Card(
            token(self.ids, "pm"),
            rng.choices(_BRANDS, _BRAND_WEIGHTS)[0],
            f"{rng.randrange(10_000):04d}",
            rng.randrange(1, 13),
            year + rng.randrange(1, 6),
        )
        self.methods.append((
            card.id, person.created_s + rng.randrange(60), person.stripe_id, person.name,
            card.brand, card.exp_month, card.exp_year, card.last4,
        ))  # fmt: skip
        return card

    def take_payments(self, orders: Sequence[Order]) -> None:
        """Charge every order, and refund what was cancelled or came back."""
        rng = self.seeds.stream("payments")
        for order in orders:
            if order.replaces is not None:
                continue
            card = rng.choice(self._cards[order.person.id])
            chance = rng.random()
            if chance < _DECLINED_FIRST:
                self._charge(order, card, order.placed_s - rng.randrange(20, 90), declined=True)
            disputed = chance > 1 - _DISPUTED and not order.refunded_cents
            order.charge_id = self._charge(order, card, order.placed_s, disputed=disputed)
            if order.refunded_cents:
                self._refund(
                    order.charge_id, order.refunded_s, order.refunded_cents, "requested_by_customer"
                )
            self._maybe_twice(rng, order, card)

    def _maybe_twice(self, rng: Random, order: Order, card: Card) -> None:
        """A double click or a retried checkout took the money a second time."""
        age_s = self.epoch_s - order.placed_s
        recent = age_s < _RECENT_DAYS * DAY_S
        if order.cancelled_s or rng.random() >= (_DUPLICATE_RECENTLY if recent else _DUPLICATE):
            return
        again_s = order.placed_s + rng.randrange(4, 180)
        charge = self._charge(order, card, again_s)
        if not recent:  # somebody has noticed by now
            refunded_s = again_s + rng.randrange(DAY_S, 12 * DAY_S)
            self._refund(charge, refunded_s, order.total_cents, "duplicate")

    def _charge(
        self, order: Order, card: Card, at: int, *, declined: bool = False, disputed: bool = False
    ) -> str:
        meta = f'{{"order_id":"{order.id}","order_number":"{order.number}"}}'
        return self._pay(
            order.person, card, at, order.total_cents, f"Order #{order.number}", meta,
            declined=declined, disputed=disputed,
        )  # fmt: skip

    def _pay(
        self, person: Person, card: Card, at: int, cents: int, words: str, meta: str,
        *, declined: bool = False, disputed: bool = False,
    ) -> str:  # fmt: skip
        intent, charge = token(self.ids, "pi"), token(self.ids, "ch")
        failed = ("card_declined", "Your card was declined.") if declined else (None, None)
        self.charges.append((
            charge, at, person.stripe_id, intent, card.id, cents,
            "failed" if declined else "succeeded", int(disputed), card.brand, card.last4,
            card.exp_month, card.exp_year, person.name, person.email, words, *failed, meta,
        ))  # fmt: skip
        status = "requires_payment_method" if declined else "succeeded"
        self.intents.append((
            intent, at - 2, person.stripe_id, cents, status, card.id, charge, words, person.email,
            meta,
        ))  # fmt: skip
        return charge

    def _refund(self, charge: str, at: int, cents: int, reason: str) -> None:
        intent = self.intents[-1][0]
        self.refunds.append((token(self.ids, "re"), at, charge, intent, cents, reason))

    def subscribe(self, people: Sequence[Person], products: Sequence[Product], count: int) -> None:
        """Monthly deliveries of what is used up, each with the charges of its past months."""
        rng = self.seeds.stream("subscriptions")
        boxes = [p for p in products if p.category == "Coffee and Pantry"]
        buyers = [p for p in people if p.stripe_id]
        if not boxes:
            return
        for person in rng.sample(buyers, min(count, len(buyers))):
            box, card = rng.choice(boxes), self._cards[person.id][0]
            age_s = min(rng.randrange(DAY_S, 14 * _MONTH_S), self.epoch_s - person.created_s)
            self._run_subscription(rng, person, box, card, self.epoch_s - age_s)

    def _run_subscription(
        self, rng: Random, person: Person, box: Product, card: Card, since_s: int
    ) -> None:
        subscription = token(self.ids, "sub")
        cents, words = box.cents_before * 9 // 10, f"Monthly delivery: {box.name}"
        months = (self.epoch_s - since_s) // _MONTH_S
        ended = months > 2 and rng.random() < 0.25
        paid = months - rng.randrange(1, months) if ended else months
        meta = f'{{"subscription":"{subscription}"}}'
        for month in range(paid + 1):
            self._pay(person, card, since_s + month * _MONTH_S, cents, words, meta)
        start_s = since_s + paid * _MONTH_S
        end_s = start_s + _MONTH_S if ended else None
        self.subscriptions.append((
            subscription, since_s, person.stripe_id, "canceled" if ended else "active", words,
            card.id, start_s, start_s + _MONTH_S, end_s, end_s, token(self.ids, "si"),
            f"price_{box.sku.replace('-', '')}", "Monthly, 10% off", f"prod_{box.sku}", cents,
            f'{{"sku":"{box.sku}"}}',
        ))  # fmt: skip

    def batches(self) -> Iterator[Batch]:
        """All rows of Stripe, in the order of their keys: so each table grows at its end only."""
        yield Batch("stripe_customers", (
            "id", "created", "email", "name", "phone", "default_payment_method", "metadata",
        ), sorted(self.customers))  # fmt: skip
        yield Batch("stripe_payment_methods", (
            "id", "created", "customer", "billing_name", "brand", "exp_month", "exp_year", "last4",
        ), sorted(self.methods))  # fmt: skip
        yield Batch("stripe_payment_intents", (
            "id", "created", "customer", "amount", "status", "payment_method", "latest_charge",
            "description", "receipt_email", "metadata",
        ), sorted(self.intents))  # fmt: skip
        yield Batch("stripe_charges", _CHARGE_COLUMNS, sorted(self.charges))
        yield Batch("stripe_refunds", (
            "id", "created", "charge", "payment_intent", "amount", "reason",
        ), sorted(self.refunds))  # fmt: skip
        yield Batch("stripe_subscriptions", (
            "id", "created", "customer", "status", "description", "default_payment_method",
            "current_period_start", "current_period_end", "canceled_at", "ended_at", "item_id",
            "price_id", "price_nickname", "product", "unit_amount", "metadata",
        ), sorted(self.subscriptions))  # fmt: skip
