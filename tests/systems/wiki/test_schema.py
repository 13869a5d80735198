"""The tables of the fake, as the store tracks them."""

from __future__ import annotations

from sandbox.systems.store import Store
from sandbox.systems.wiki.schema import DDL


def test_the_store_tracks_every_table_and_no_index() -> None:
    assert list(Store.create([DDL]).schema) == sorted(f"wiki_{table}" for table in ["articles"])
