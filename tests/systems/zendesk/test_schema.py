"""The tables of the fake, as the store tracks them."""

from __future__ import annotations

from sandbox.systems.store import Store
from sandbox.systems.zendesk.schema import DDL, PHONE_DIGITS


def test_the_store_tracks_every_table_and_no_index() -> None:
    assert list(Store.create([DDL]).schema) == sorted(
        f"zendesk_{table}"
        for table in [
            "users",
            "user_identities",
            "groups",
            "group_memberships",
            "tickets",
            "comments",
        ]
    )


def test_a_phone_number_is_found_however_it_is_written() -> None:
    store = Store.create([DDL])
    numbers = ["+1 (555) 010-2030", "1.555.010.2030", "15550102030"]
    for id_, phone in enumerate(numbers):
        row = {"id": id_, "name": "x", "phone": phone, "created_at": "", "updated_at": ""}
        store.insert("zendesk_users", row)

    found = store.value(f"SELECT count(*) FROM zendesk_users WHERE {PHONE_DIGITS} = '15550102030'")

    assert found == 3
