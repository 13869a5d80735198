"""The full-text index follows its table, and no text is syntax to it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.systems.fulltext import WORDS_MAX, all_words, any_word, index_ddl, phrase
from sandbox.systems.store import Store

_TABLE = "CREATE TABLE notes (id INTEGER PRIMARY KEY, title TEXT, body TEXT, stars INTEGER);"
_MATCH = "SELECT rowid FROM notes_index WHERE notes_index MATCH ? ORDER BY rowid"


def _store() -> Store:
    store = Store.create([_TABLE + index_ddl("notes_index", "notes", ["title", "body"])])
    store.insert_many(
        "notes",
        ["id", "title", "body", "stars"],
        [(1, "Red fox", "jumps over dogs", 1), (2, "Lazy dog", None, 2)],
    )
    return store


def _found(store: Store, query: str) -> list[int]:
    return [row["rowid"] for row in store.rows(_MATCH, (query,))]


def _check(store: Store) -> None:
    """FTS5's own check that the index fits its table."""
    store.execute("INSERT INTO notes_index(notes_index, rank) VALUES ('integrity-check', 1)")


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        (phrase("red foxes"), [1]),
        (phrase("fox red"), []),
        (phrase("du", prefix=True), []),
        (phrase("do", prefix=True), [1, 2]),
        (all_words("fo re"), [1]),
        (all_words("dog lazy"), [2]),
        (any_word("lazy fox unicorn"), [1, 2]),
    ],
)
def test_words_are_found(query: str, ids: list[int]) -> None:
    assert _found(_store(), query) == ids


def test_the_index_follows_changes_deletes_and_undo() -> None:
    store = _store()
    with store.transaction() as step:
        store.update("notes", {"id": 1}, {"body": "sleeps"})
        store.execute("DELETE FROM notes WHERE id = 2")
    _check(store)
    assert _found(store, any_word("dog sleep")) == [1]

    store.undo(step.changeset)

    _check(store)
    assert _found(store, any_word("dog")) == [1, 2]
    assert _found(store, any_word("sleep")) == []


def test_a_change_elsewhere_leaves_the_index_alone() -> None:
    store = _store()
    before = store.changes_total

    store.update("notes", {"id": 1}, {"stars": 5})

    assert store.changes_total == before + 1


def test_no_more_words_than_fts_can_take() -> None:
    assert any_word("x " * 1000).count('"x"') == WORDS_MAX


@given(st.text(max_size=60) | st.text('ab"*:-+(){}^ _', max_size=30))
def test_no_text_is_syntax(text: str) -> None:
    store = _store()
    for query in (phrase(text), phrase(text, prefix=True), all_words(text), any_word(text)):
        if query:
            _found(store, query)
