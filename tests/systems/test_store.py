from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox.errors import SandboxBug
from sandbox.systems.fulltext import index_ddl
from sandbox.systems.store import Store

DDL = """
CREATE TABLE t (id TEXT PRIMARY KEY, n INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE notes (id INTEGER PRIMARY KEY, t_id TEXT NOT NULL REFERENCES t, body TEXT NOT NULL);
"""


@pytest.fixture
def store() -> Store:
    made = Store.create([DDL, index_ddl("notes_index", "notes", ["body"])])
    made.insert_many("t", ("id", "n"), [(f"k{i}", i) for i in range(100)])
    made.insert("notes", {"id": 1, "t_id": "k1", "body": "hello"})
    return made


def set_n(store: Store, key: str, n: int) -> bytes:
    with store.transaction() as step:
        store.update("t", {"id": key}, {"n": n})
    return step.changeset


def n_of(store: Store, key: str) -> Any:
    return store.value("SELECT n FROM t WHERE id = ?", (key,))


def test_an_image_holds_everything_and_never_changes(store: Store) -> None:
    image = store.image()
    copy = Store.from_image(image)
    assert copy.digest() == store.digest()
    set_n(copy, "k1", -1)
    assert Store.from_image(image).digest() == store.digest() != copy.digest()


def test_the_image_of_a_running_episode_is_the_present_state(store: Store) -> None:
    store.reset_point()
    set_n(store, "k1", -1)
    assert n_of(Store.from_image(store.image()), "k1") == -1


def test_equal_histories_give_equal_bytes() -> None:
    def made() -> bytes:
        store = Store.create([DDL])
        store.insert_many("t", ("id", "n"), [(f"k{i}", i) for i in range(500)])
        return store.image()

    assert made() == made()


def test_reset_goes_back_to_the_reset_point_time_and_again(store: Store) -> None:
    store.reset_point()
    before = store.digest()
    for n in range(50):
        set_n(store, f"k{n}", -n - 1)
        store.execute("DELETE FROM t WHERE id = 'k99'")
        store.insert("notes", {"id": 2, "t_id": "k2", "body": "fleeting"})
        store.reset()
    assert store.digest() == before
    found = store.rows("SELECT rowid FROM notes_index WHERE notes_index MATCH 'hello OR fleeting'")
    assert found == [{"rowid": 1}]


def test_a_reset_point_may_be_moved(store: Store) -> None:
    store.reset_point()
    set_n(store, "k1", -1)
    store.reset_point()
    set_n(store, "k1", -2)
    store.reset()
    assert n_of(store, "k1") == -1


def test_reset_without_a_reset_point_is_a_bug(store: Store) -> None:
    with pytest.raises(SandboxBug, match="reset_point"):
        store.reset()


def test_a_fork_begins_where_the_episode_began(store: Store) -> None:
    store.reset_point()
    set_n(store, "k1", -1)
    fork = store.fork()
    assert n_of(fork, "k1") == 1
    set_n(fork, "k2", -2)
    assert n_of(store, "k2") == 2


def test_without_a_reset_point_a_fork_has_the_present_state(store: Store) -> None:
    set_n(store, "k1", -1)
    assert n_of(store.fork(), "k1") == -1


def test_a_fork_of_a_live_store_has_its_present_state_and_leaves_it_resettable(
    store: Store,
) -> None:
    store.reset_point()
    before = store.digest()
    set_n(store, "k1", -1)
    branch = Store.fork_of(store)
    set_n(store, "k1", -2)
    set_n(branch, "k3", -3)
    assert (n_of(branch, "k1"), n_of(store, "k1"), n_of(store, "k3")) == (-1, -2, 3)
    for _ in range(2):
        store.reset()
        assert store.digest() == before
        set_n(store, "k5", -5)
    assert n_of(store.fork(), "k5") == 5


def test_a_fork_can_be_forked_and_can_have_a_reset_point_of_its_own(store: Store) -> None:
    fork = store.fork()
    set_n(fork, "k1", -1)
    fork.reset_point()
    set_n(fork, "k1", -2)
    grandchild = fork.fork()
    fork.reset()
    assert (n_of(grandchild, "k1"), n_of(fork, "k1"), n_of(store, "k1")) == (-1, -1, 1)


def test_no_fork_inside_a_transaction(store: Store) -> None:
    with pytest.raises(SandboxBug, match="inside a transaction"), store.transaction():
        Store.fork_of(store)


def test_a_replica_lags_behind(store: Store) -> None:
    store.reset_point()
    set_n(store, "k1", -1)
    assert n_of(store.replica(), "k1") == 1
    assert store.replica() is store.replica()
    store.reset_point()
    assert n_of(store.replica(), "k1") == -1


def test_a_replica_lags_behind_the_moment_that_was_marked_until_the_reset(store: Store) -> None:
    store.reset_point()
    for n in (-1, -2):
        set_n(store, "k1", n)
        store.mark_replica()
    set_n(store, "k1", -3)
    assert (n_of(store.replica(), "k1"), n_of(store, "k1")) == (-2, -3)
    store.reset()
    assert (n_of(store.replica(), "k1"), n_of(store, "k1")) == (1, 1)


def test_undo_takes_back_one_step_and_keeps_the_index_in_step(store: Store) -> None:
    before = store.digest()
    with store.transaction() as step:
        store.execute("DELETE FROM notes WHERE id = 1")
        store.update("t", {"id": "k1"}, {"n": -1})
    with store.transaction() as undoing:
        assert store.undo(step.changeset) == ((), 0)
    assert store.digest() == before
    assert {change.table for change in undoing.changes} == {"notes", "t"}
    assert store.value("SELECT rowid FROM notes_index WHERE notes_index MATCH 'hello'") == 1


def test_undo_reports_a_row_that_was_changed_again_and_keeps_the_newer_value(store: Store) -> None:
    first = set_n(store, "k1", -1)
    set_n(store, "k1", -2)
    (conflict,), broken = store.undo(first)
    assert (conflict.table, conflict.key, broken) == ("t", ("k1",), 0)
    assert n_of(store, "k1") == -2


def test_undo_that_would_break_a_reference_undoes_nothing(store: Store) -> None:
    with store.transaction() as step:
        store.insert("t", {"id": "new", "n": 0})
        store.update("t", {"id": "k1"}, {"n": -1})
    store.insert("notes", {"id": 2, "t_id": "new", "body": "refers"})
    assert store.undo(step.changeset).references_broken == 1
    assert (n_of(store, "k1"), n_of(store, "new")) == (-1, 0)


def test_stores_of_other_tables_cannot_be_compared(store: Store) -> None:
    with pytest.raises(SandboxBug, match="same tables"):
        store.diff(Store.create(["CREATE TABLE x (id INTEGER PRIMARY KEY)"]))


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["write", "discard", "undo", "fork", "branch", "reset"]),
        st.integers(0, 5),
        st.integers(-9, 9),
    ),
    max_size=25,
)


@given(STEPS)
@settings(max_examples=40, deadline=None)
def test_a_store_agrees_with_a_dictionary_through_any_history(
    steps: list[tuple[str, int, int]],
) -> None:
    beginning = {f"k{i}": i for i in range(6)}
    store, model = Store.create([DDL]), dict(beginning)
    store.insert_many("t", ("id", "n"), beginning.items())
    store.reset_point()
    for action, key, n in steps:
        with store.transaction(discard=action == "discard") as step:
            store.update("t", {"id": f"k{key}"}, {"n": n})
        match action:
            case "write":
                model[f"k{key}"] = n
            case "undo":
                store.undo(step.changeset) if step.changeset else None
            case "fork":
                store, model = store.fork(), dict(beginning)
                store.reset_point()
            case "branch":
                store.undo(step.changeset) if step.changeset else None
                Store.fork_of(store).update("t", {"id": "k0"}, {"n": 99})
            case "reset":
                store.reset()
                model = dict(beginning)
        rows = store.rows("SELECT id, n FROM t ORDER BY id")
        assert {row["id"]: row["n"] for row in rows} == model
