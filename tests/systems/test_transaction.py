from __future__ import annotations

import asyncio

import pytest

from sandbox.errors import SandboxBug
from sandbox.systems.effects import Change
from sandbox.systems.fulltext import index_ddl
from sandbox.systems.store import Store


@pytest.fixture
def store() -> Store:
    made = Store.create(
        [
            "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, b INTEGER)",
            index_ddl("t_index", "t", ["a"]),
        ]
    )
    made.insert("t", {"id": 1, "a": "one", "b": 1})
    return made


def test_a_step_says_which_columns_of_which_rows_it_changed(store: Store) -> None:
    with store.transaction() as step:
        store.insert("t", {"id": 2, "a": "two", "b": 2})
        store.update("t", {"id": 1}, {"a": "ONE", "b": 1})
    assert step.changes == (
        Change("t", (1,), {"a": "one"}, {"a": "ONE"}),
        Change("t", (2,), None, {"id": 2, "a": "two", "b": 2}),
    )
    with store.transaction() as step:
        store.execute("DELETE FROM t WHERE id = 2")
    assert step.changes == (Change("t", (2,), {"id": 2, "a": "two", "b": 2}, None),)


def test_changes_of_the_full_text_index_are_not_told(store: Store) -> None:
    with store.transaction() as step:
        store.update("t", {"id": 1}, {"a": "three"})
    assert {change.table for change in step.changes} == {"t"}
    assert store.value("SELECT rowid FROM t_index WHERE t_index MATCH 'three'") == 1


def test_a_step_that_raises_leaves_nothing(store: Store) -> None:
    before = store.digest()
    step = store.transaction()

    def fail_half_way() -> None:
        with step:
            store.update("t", {"id": 1}, {"a": "gone"})
            raise KeyError

    with pytest.raises(KeyError):
        fail_half_way()
    assert store.digest() == before
    assert (step.changeset, step.changes) == (b"", ())
    assert store.value("SELECT count(*) FROM t_index WHERE t_index MATCH 'gone'") == 0


def test_a_discarded_step_ends_as_usual_and_leaves_nothing(store: Store) -> None:
    before = store.digest()
    with store.transaction(discard=True) as step:
        store.update("t", {"id": 1}, {"a": "lost"})
        assert store.value("SELECT a FROM t") == "lost"
    assert store.digest() == before
    assert step.changeset == b""


def test_each_step_has_a_changeset_of_its_own(store: Store) -> None:
    """So a wrong write that the next step repairs is still seen."""
    seen = []
    for value in ("wrong", "one"):
        with store.transaction() as step:
            store.update("t", {"id": 1}, {"a": value})
        seen.append(step.changes[0].after)
    assert seen == [{"a": "wrong"}, {"a": "one"}]


def test_writing_what_is_there_already_is_no_change(store: Store) -> None:
    with store.transaction() as step:
        store.update("t", {"id": 1}, {"a": "one"})
    assert step.changeset == b""


def test_transactions_of_two_callers_that_interleave_are_a_bug(store: Store) -> None:
    async def slow_step() -> None:
        with store.transaction():
            store.update("t", {"id": 1}, {"a": "slow"})
            await asyncio.sleep(0)

    async def main() -> list[BaseException | None]:
        return list(await asyncio.gather(slow_step(), slow_step(), return_exceptions=True))

    first, second = asyncio.run(main())
    assert first is None
    assert isinstance(second, SandboxBug)
    assert "await" in str(second)


def test_after_a_refused_nesting_the_store_still_works(store: Store) -> None:
    with pytest.raises(SandboxBug), store.transaction(), store.transaction():
        pass
    with store.transaction() as step:
        store.update("t", {"id": 1}, {"b": 5})
    assert step.changes[0].after == {"b": 5}
