from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from sandbox.errors import InvalidArguments
from sandbox.systems.store import Store
from sandbox.systems.system import WORLD, Database, Principal

if TYPE_CHECKING:
    from tests.systems.conftest import Office


@pytest.mark.parametrize(
    ("scopes", "allowed"),
    [
        ({"stripe:refunds:write"}, True),
        ({"stripe:*"}, True),
        ({"stripe:refunds:*"}, True),
        ({"*"}, True),
        ({"stripe:refunds:read"}, False),
        ({"stripe"}, False),
        ({"strip:*", "stripe:charges:*"}, False),
        (set(), False),
    ],
)
def test_a_scope_is_granted_directly_or_by_a_wildcard(scopes: set[str], allowed: bool) -> None:
    assert Principal("p", frozenset(scopes)).may("stripe:refunds:write") is allowed


def test_the_world_may_do_everything() -> None:
    assert WORLD.may("anything:at:all")


def test_times_are_stored_as_text_that_sorts_and_reads_back(office: Office) -> None:
    assert office.bank.now() == "2026-03-02T08:00:00Z"
    assert office.bank.now(offset_s=86_400) == "2026-03-03T08:00:00Z"
    assert datetime.fromisoformat(office.bank.now()) == datetime(2026, 3, 2, 8, tzinfo=UTC)
    assert office.bank.now_unix() == 1_772_438_400


def test_the_next_number_is_one_more_than_the_largest(office: Office) -> None:
    assert office.bank.next_number("bank_deposits") == 1
    for number in (7, 3):
        office.store.insert(
            "bank_deposits",
            {"id": number, "account_id": "a1", "amount": 1, "made_at": "", "made_by": "teller"},
        )
    assert office.bank.next_number("bank_deposits") == 8


def test_an_error_of_the_host_has_a_body_that_a_vendor_may_shape(office: Office) -> None:
    assert office.bank.error_body(InvalidArguments("no")) == {
        "error": {"code": "invalid_arguments", "message": "no"}
    }


def test_the_store_is_a_database() -> None:
    database: Database = Store.create([])
    assert database.value("SELECT 1") == 1
