"""Full-text search over an ordinary table, by an FTS5 index that follows it.

The index is an external-content table kept in step by triggers. So nothing else is needed when rows
change by another road: an inverted changeset fires the same triggers, and a rollback or a fork
carries the index along. Changesets never hold index rows: they are derived, and not attached.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import islice

WORDS_MAX = 40
"""More words of one query are ignored: FTS5 limits the depth of an expression."""
_WORD = re.compile(r"[^\W_]+")
_TOKENIZE = "porter unicode61 remove_diacritics 2"


def index_ddl(index: str, table: str, columns: Sequence[str]) -> str:
    """The DDL of a full-text *index* over *columns* of *table*, whose key is the integer `id`."""
    names = ", ".join(columns)
    old = ", ".join(f"old.{column}" for column in columns)
    new = ", ".join(f"new.{column}" for column in columns)
    # The old values must be named to take a row out of an external-content index.
    remove = f"INSERT INTO {index}({index}, rowid, {names}) VALUES ('delete', old.id, {old});"  # noqa: S608
    add = f"INSERT INTO {index}(rowid, {names}) VALUES (new.id, {new});"  # noqa: S608
    return f"""
CREATE VIRTUAL TABLE {index} USING fts5(
  {names}, content='{table}', content_rowid='id', tokenize='{_TOKENIZE}');
CREATE TRIGGER {index}_insert AFTER INSERT ON {table} BEGIN {add} END;
CREATE TRIGGER {index}_delete AFTER DELETE ON {table} BEGIN {remove} END;
CREATE TRIGGER {index}_update AFTER UPDATE OF {names} ON {table} BEGIN {remove} {add} END;
"""


def phrase(text: str, *, prefix: bool = False) -> str:
    """An FTS5 query for *text* as one phrase; '' when it holds no word. Never a syntax error."""
    words = _words(text)
    return f'"{" ".join(words)}"' + ("*" if prefix else "") if words else ""


def all_words(text: str) -> str:
    """An FTS5 query for rows with a word beginning like each of *text*'s words, in any order."""
    return " AND ".join(f'"{word}"*' for word in _words(text))


def any_word(text: str) -> str:
    """An FTS5 query for rows with at least one of *text*'s words; '' when it holds no word."""
    return " OR ".join(f'"{word}"' for word in _words(text))


def _words(text: str) -> list[str]:
    """The words as the tokenizer sees them; punctuation, which could be syntax, is gone."""
    return [match.group() for match in islice(_WORD.finditer(text), WORDS_MAX)]
