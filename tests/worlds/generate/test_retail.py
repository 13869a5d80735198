"""The whole population: its size, its sameness, and that one knows the same person everywhere."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sandbox.sim.seeds import Seeds
from sandbox.systems.store import Store
from sandbox.worlds.generate.retail import retail as make
from sandbox.worlds.world import World

if TYPE_CHECKING:
    from tests.worlds.generate.conftest import Shop


def test_the_shop_has_the_size_that_the_world_states(store: Store) -> None:
    sizes = {
        "commerce_customers": 5000,
        "commerce_orders": 12_000,
        "commerce_replacements": 150,
        "stripe_subscriptions": 420,
        "zendesk_tickets": 3000,
    }
    found = {table: store.value(f"SELECT count(*) FROM {table}") for table in sizes}
    assert found == sizes
    assert store.value("SELECT count(*) FROM wiki_articles") >= 60


def test_one_person_is_the_same_in_every_system(store: Store) -> None:
    strangers = store.value("""
        SELECT count(*) FROM commerce_customers c
        LEFT JOIN zendesk_users z ON z.external_id = CAST(c.id AS TEXT)
        LEFT JOIN stripe_customers s ON s.email = c.email
        WHERE z.email IS NOT c.email OR z.name <> c.first_name || ' ' || c.last_name
          OR (s.id IS NULL AND EXISTS (SELECT 1 FROM commerce_orders o WHERE o.customer_id = c.id))
          OR s.name <> z.name""")
    assert strangers == 0


def test_every_order_names_a_charge_that_names_the_order(store: Store) -> None:
    wrong = store.value("""
        SELECT count(*) FROM commerce_orders o
        LEFT JOIN stripe_charges c ON c.id = o.payment_gateway_reference
        WHERE o.source_name = 'web' AND (
          c.metadata ->> '$.order_id' IS NOT CAST(o.id AS TEXT)
          OR c.amount <> CAST(round(o.total_price * 100) AS INTEGER))""")
    assert wrong == 0


def test_nothing_has_happened_after_the_epoch(retail: World, store: Store) -> None:
    epoch = retail.definition.epoch
    for table, column in (
        ("commerce_orders", "created_at"), ("commerce_shipment_events", "happened_at"),
        ("commerce_returns", "created_at"), ("commerce_order_notes", "created_at"),
        ("zendesk_tickets", "updated_at"), ("wiki_articles", "updated_at"),
    ):  # fmt: skip
        late = store.value(f"SELECT count(*) FROM {table} WHERE {column} >= ?", (epoch,))
        assert late == 0, table
    assert store.value(
        "SELECT count(*) FROM stripe_charges WHERE created >= ?", (retail.epoch_s,)
    ) == 0  # fmt: skip


def test_the_same_context_gives_the_same_rows(shop: Shop) -> None:
    parameters = {"customers": 40, "orders": 90, "tickets": 12, "second_accounts": 2,
                  "subscriptions": 3, "replacements": 2}  # fmt: skip

    def rows(seed: int) -> list[object]:
        context = replace(shop.context, parameters=parameters, seeds=Seeds(seed))
        return [(batch.table, batch.columns, [*map(tuple, batch.rows)]) for batch in make(context)]

    assert rows(5) == rows(5)
    assert rows(5) != rows(6)


def test_there_is_enough_of_everything_for_the_tasks(store: Store) -> None:
    plenty = {
        "waiting orders": "SELECT count(*) FROM commerce_orders"
        " WHERE fulfillment_status IS NULL AND cancelled_at IS NULL",
        "hanging parcels": "SELECT count(*) FROM commerce_shipments WHERE status = 'in_transit'"
        " AND shipped_at < '2026-02-23T08:00:00Z'",
        "active subscriptions": "SELECT count(*) FROM stripe_subscriptions WHERE status = 'active'",
        "open tickets": "SELECT count(*) FROM zendesk_tickets WHERE status = 'open'",
        "disputes": "SELECT count(*) FROM stripe_charges WHERE disputed",
    }
    found = {name: store.value(query) for name, query in plenty.items()}
    assert {name: count for name, count in found.items() if count < 20} == {}
