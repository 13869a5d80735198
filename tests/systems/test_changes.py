from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox.systems.effects import Change
from sandbox.systems.store import Store

DDL = """
CREATE TABLE t (a INTEGER, b TEXT, v, PRIMARY KEY (b, a)) WITHOUT ROWID;
CREATE TABLE u (id INTEGER PRIMARY KEY, v)
"""
CELLS = st.none() | st.integers(-5, 5) | st.text(max_size=3) | st.binary(max_size=3)
ROWS = st.dictionaries(st.tuples(st.integers(0, 3), st.sampled_from("xy")), CELLS, max_size=6)


def store_with(rows: dict[tuple[int, str], Any]) -> Store:
    store = Store.create([DDL])
    for (a, b), value in rows.items():
        store.insert("t", {"a": a, "b": b, "v": value})
    return store


def test_changes_come_by_table_and_key_whatever_the_order_of_writing() -> None:
    store = Store.create([DDL])
    with store.transaction() as step:
        store.insert("u", {"id": 1, "v": "x"})
        for a, b in [(2, "x"), (1, "y"), (1, "x")]:
            store.insert("t", {"a": a, "b": b, "v": 0})
    assert [(change.table, change.key) for change in step.changes] == [
        ("t", ("x", 1)), ("t", ("x", 2)), ("t", ("y", 1)), ("u", (1,)),
    ]  # fmt: skip


def test_a_changed_key_is_one_row_gone_and_one_row_come() -> None:
    store = store_with({(1, "x"): "v"})
    with store.transaction() as step:
        store.update("t", {"a": 1}, {"a": 2})
    assert step.changes == (
        Change("t", ("x", 1), {"a": 1, "b": "x", "v": "v"}, None),
        Change("t", ("x", 2), None, {"a": 2, "b": "x", "v": "v"}),
    )


def test_the_digest_depends_on_rows_and_not_on_their_history() -> None:
    straight = store_with({(1, "x"): "v", (2, "y"): None})
    crooked = store_with({(2, "y"): 3, (9, "z"): b"\0", (1, "x"): "v"})
    crooked.execute("DELETE FROM t WHERE a = 9")
    crooked.execute("UPDATE t SET v = NULL WHERE a = 2")
    assert straight.digest() == crooked.digest()


def test_the_digest_tells_apart_what_looks_alike() -> None:
    values: list[Any] = [1, 1.0, "1", b"1", None, "", b""]
    assert len({store_with({(1, "x"): value}).digest() for value in values}) == len(values)


def test_the_digest_of_known_rows_is_known() -> None:
    """It identifies a world in files that outlive this program: it must not change by accident."""
    rows = {(1, "x"): "é", (2, "x"): 1.5, (1, "y"): b"\xff"}
    assert store_with(rows).digest() == "b75eaf813d0779c05c84d1054ceef4d2"


@given(ROWS, ROWS)
@settings(max_examples=40, deadline=None)
def test_the_difference_of_two_worlds_is_what_leads_from_one_to_the_other(
    left: dict[tuple[int, str], Any], right: dict[tuple[int, str], Any]
) -> None:
    one, two = store_with(left), store_with(right)
    changes = one.diff(two)
    assert (changes == []) == (one.digest() == two.digest())
    for change in changes:
        key = dict(zip(("b", "a"), change.key, strict=True))
        if change.after is None:
            one.execute("DELETE FROM t WHERE a = :a AND b = :b", key)
        elif change.before is None:
            one.insert("t", change.after)
        else:
            assert one.row("SELECT v FROM t WHERE a = :a AND b = :b", key) == change.before
            one.update("t", key, change.after)
    assert one.digest() == two.digest()
