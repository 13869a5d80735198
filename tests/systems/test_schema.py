from __future__ import annotations

import pytest

from sandbox.errors import UsageError
from sandbox.systems.store import Store


@pytest.mark.parametrize(
    ("ddl", "complaint"),
    [
        ("CREATE TABLE t (a, b)", "table t has no primary key"),
        ("CREATE TABLE t (a TEXT PRIMARY KEY)", "primary key column t.a may be NULL"),
        ("CREATE TABLE t (a INTEGER, b TEXT NOT NULL, PRIMARY KEY (a, b))", "column t.a may be"),
    ],
)
def test_a_table_whose_changes_could_be_lost_is_refused(ddl: str, complaint: str) -> None:
    with pytest.raises(UsageError, match=complaint):
        Store.create([ddl])


def test_all_refused_tables_are_named_at_once() -> None:
    with pytest.raises(UsageError, match=r"table t .*table u "):
        Store.create(["CREATE TABLE t (a); CREATE TABLE u (a)"])


@pytest.mark.parametrize(
    "ddl",
    [
        "CREATE TABLE t (a INTEGER PRIMARY KEY, b)",
        "CREATE TABLE t (a TEXT NOT NULL PRIMARY KEY, b)",
        "CREATE TABLE t (a TEXT PRIMARY KEY, b) WITHOUT ROWID",
    ],
)
def test_a_key_that_is_never_null_is_accepted(ddl: str) -> None:
    assert Store.create([ddl]).schema["t"].key == ("a",)


def test_tracked_tables_leave_out_indexes_the_audit_log_and_generated_columns() -> None:
    store = Store.create(
        [
            "CREATE VIRTUAL TABLE words USING fts5(text)",
            "CREATE TABLE b (x, y ANY NOT NULL, z AS (x + 1), w ANY NOT NULL, PRIMARY KEY (w, y))",
        ]
    )
    assert list(store.schema) == ["b"]
    table = store.schema["b"]
    assert (table.columns, table.key, table.key_at) == (("x", "y", "w"), ("w", "y"), (2, 1))


def test_names_that_are_words_of_sql_work() -> None:
    store = Store.create(['CREATE TABLE "order" ("group" INTEGER PRIMARY KEY, "select" TEXT)'])
    with store.transaction() as step:
        store.insert("order", {"group": 1, "select": "a"})
        store.update("order", {"group": 1}, {"select": "b"})
    assert step.changes[0].after == {"group": 1, "select": "b"}
    assert store.digest()
