"""A small shop, generated once, for tests that look at its parts."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from sandbox.content.places import own_folder
from sandbox.sim.seeds import Seeds
from sandbox.worlds.articles import load_articles
from sandbox.worlds.generate.catalogue import Product, catalogue
from sandbox.worlds.generate.context import Context
from sandbox.worlds.generate.fate import live_through, replacements
from sandbox.worlds.generate.people import Person, Pools, fill_pools, people
from sandbox.worlds.generate.shopping import Order, number_orders, place_orders

EPOCH_S = 1_772_438_400


@dataclass
class Shop:
    """The parts of a population before they become rows."""

    context: Context
    pools: Pools
    people: list[Person]
    products: list[Product]
    orders: list[Order]


@pytest.fixture(scope="session")
def shop() -> Shop:
    """500 customers and 1,500 orders."""
    folder = own_folder("worlds") / "retail_support"
    seeds = Seeds(3)
    context = Context(
        EPOCH_S, seeds, {}, tuple(load_articles([folder])), "support-agent", (folder,)
    )
    pools = fill_pools(seeds, "en_US")
    everybody = people(seeds, pools, 500, 12)
    products = catalogue(context)
    orders = place_orders(seeds, everybody, products, 1500, EPOCH_S)
    live_through(seeds, orders, EPOCH_S)
    orders += replacements(seeds, orders, 15, EPOCH_S)
    number_orders(orders, everybody, seeds.stream("accounts"))
    return Shop(context, pools, everybody, products, orders)
