from __future__ import annotations

import apsw
import pytest

from sandbox.errors import SandboxBug
from sandbox.systems.store import Store

DDL = """
CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, b INTEGER UNIQUE);
CREATE TABLE child (id INTEGER PRIMARY KEY, t_id INTEGER NOT NULL REFERENCES t ON DELETE CASCADE);
"""


@pytest.fixture
def store() -> Store:
    made = Store.create([DDL])
    made.insert_many("t", ("id", "a", "b"), [(1, "x", 10), (2, "y", 20), (3, None, 30)])
    return made


def test_rows_are_dicts_by_column_name(store: Store) -> None:
    assert store.rows("SELECT id, a AS letter FROM t WHERE id < 3 ORDER BY id") == [
        {"id": 1, "letter": "x"},
        {"id": 2, "letter": "y"},
    ]


def test_row_and_value_give_the_first_or_none(store: Store) -> None:
    sql = "SELECT a, b FROM t WHERE id = :id"
    assert store.row(sql, {"id": 9}) is None
    assert store.row(sql, {"id": 2}) == {"a": "y", "b": 20}
    assert store.row(sql, {"id": 1}) == {"a": "x", "b": 10}
    assert store.value(sql, {"id": 2}) == "y"
    assert store.value(sql, {"id": 9}) is None


def test_execute_counts_the_rows_it_changed(store: Store) -> None:
    assert store.execute("UPDATE t SET a = 'z' WHERE b >= 20") == 2
    assert store.execute("UPDATE t SET a = 'z' WHERE b > 99") == 0
    assert store.execute("SELECT 1") == 0


def test_update_takes_a_key_of_several_columns_and_none_means_null(store: Store) -> None:
    assert store.update("t", {"a": None, "b": 30}, {"a": "found"}) == 1
    assert store.value("SELECT a FROM t WHERE id = 3") == "found"
    assert store.update("t", {"id": 77}, {"a": "x"}) == 0
    assert store.update("t", {"id": 1}, {}) == 0


def test_constraints_are_real(store: Store) -> None:
    with pytest.raises(apsw.ConstraintError):
        store.insert("t", {"id": 4, "b": 10})
    with pytest.raises(apsw.ConstraintError):
        store.insert("child", {"id": 1, "t_id": 99})
    store.insert("child", {"id": 1, "t_id": 1})
    store.execute("DELETE FROM t WHERE id = 1")
    assert store.rows("SELECT * FROM child") == []


def test_two_columns_of_one_name_do_not_swallow_one_another(store: Store) -> None:
    with pytest.raises(SandboxBug, match="distinct names"):
        store.rows("SELECT t.id, u.id FROM t JOIN t AS u")
