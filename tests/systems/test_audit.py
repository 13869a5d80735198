from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from sandbox.errors import PermissionDenied
from sandbox.systems.audit import AuditLog
from sandbox.systems.system import Principal

if TYPE_CHECKING:
    from tests.systems.conftest import Office


def test_every_call_leaves_a_row_with_who_and_whether_it_was_allowed(office: Office) -> None:
    office.call("bank_get_account", account_id="a1")
    reader = Principal("reader", frozenset({"bank:accounts:read"}))
    with pytest.raises(PermissionDenied):
        office.call("bank_deposit", principal=reader, account_id="a1", amount=1)
    first, second = office.host.audit.entries()
    assert first == {
        "id": 1, "call_id": "call-1", "t": 0.0, "principal": "teller", "agent": "agent",
        "tool": "bank_get_account", "allowed": 1,
    }  # fmt: skip
    assert (second["t"], second["principal"], second["tool"], second["allowed"]) == (
        1.0, "reader", "bank_deposit", 0,
    )  # fmt: skip


def test_the_log_is_no_part_of_the_world(office: Office) -> None:
    before = office.store.digest()
    office.call("bank_get_account", account_id="a1")
    assert len(office.host.audit.entries()) == 1
    assert office.store.digest() == before
    assert office.store.diff(office.store.replica()) == []


def test_the_log_goes_with_the_episode(office: Office) -> None:
    office.call("bank_get_account", account_id="a1")
    office.host.audit.flush()
    office.store.reset()
    assert AuditLog(office.store).entries() == []


def test_rows_are_written_in_batches_and_only_the_newest_are_kept(office: Office) -> None:
    log = AuditLog(office.store, rows_max=700)
    for n in range(1, 1203):
        log.record(f"call-{n}", 0.0, "p", "a", "tool", allowed=True)
    assert office.store.value("SELECT max(id) FROM audit_log") == 1000
    entries = log.entries()
    assert [entries[0]["id"], entries[-1]["id"]] == [503, 1202]
