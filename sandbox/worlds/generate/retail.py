"""An online shop's population: customers, orders, payments, tickets, articles, all consistent."""

from __future__ import annotations

import json
from collections.abc import Iterator

from sandbox.worlds.generate.catalogue import catalogue
from sandbox.worlds.generate.commerce_rows import commerce_batches
from sandbox.worlds.generate.context import Batch, Context
from sandbox.worlds.generate.fate import live_through, replacements
from sandbox.worlds.generate.helpdesk_rows import helpdesk_batches
from sandbox.worlds.generate.parcel_rows import parcel_batches
from sandbox.worlds.generate.payments import Till
from sandbox.worlds.generate.people import fill_pools, people
from sandbox.worlds.generate.shopping import Order, number_orders, place_orders

_LOCALE = "en_US"
_NOTES = (
    "Customer asked to leave the parcel at the back door.",
    "Gift wrap requested, no invoice in the box.",
    "Box resealed after quality check.",
    "Customer called about delivery time.",
    "Fragile: double wall carton used.",
    "Address confirmed by phone.",
    "Second pick: first unit had a scratch.",
)
_NOTE_SHARE = 0.12


def retail(context: Context) -> Iterator[Batch]:
    """The rows of `commerce`, `stripe`, `zendesk` and `wiki`.

    Parameters: customers, orders, tickets, subscriptions, second_accounts, replacements.
    """
    seeds, epoch_s = context.seeds, context.epoch_s
    count = context.number
    pools = fill_pools(seeds, _LOCALE)
    everybody = people(seeds, pools, count("customers", 5000), count("second_accounts", 90))
    products = catalogue(context)
    again = count("replacements", 150)
    orders = place_orders(
        seeds, everybody, products, max(0, count("orders", 12_000) - again), epoch_s
    )
    live_through(seeds, orders, epoch_s)
    orders += replacements(seeds, orders, again, epoch_s)
    number_orders(orders, everybody, seeds.stream("accounts"))
    _write_notes(context, orders)
    till = Till(seeds, epoch_s)
    till.open_accounts(everybody)
    till.take_payments(orders)
    till.subscribe(everybody, products, count("subscriptions", 420))
    yield from commerce_batches(seeds, everybody, products, orders)
    yield from parcel_batches(seeds, orders, epoch_s)
    yield from till.batches()
    yield from helpdesk_batches(context, pools, everybody, orders, count("tickets", 3000))
    yield _articles(context)


def _write_notes(context: Context, orders: list[Order]) -> None:
    rng = context.seeds.stream("notes")
    for order in orders:
        if rng.random() < _NOTE_SHARE:
            at = min(order.placed_s + rng.randrange(600, 90_000), context.epoch_s - 60)
            order.notes.append((at, rng.choice(_NOTES)))


def _articles(context: Context) -> Batch:
    columns = (
        "id", "slug", "title", "body", "section", "labels", "visibility", "author", "updated_at",
    )  # fmt: skip
    rows = []
    for number, article in enumerate(context.articles, start=1):
        front = article.front
        rows.append((
            number, front.slug, front.title, article.body, front.section,
            json.dumps(front.labels, ensure_ascii=False), front.visibility, "Care Operations",
            f"{front.updated_at}T09:00:00Z",
        ))  # fmt: skip
    return Batch("wiki_articles", columns, rows)
