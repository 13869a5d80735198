"""The properties of Zendesk's search, each compiled to an SQL condition."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from sandbox.systems.fulltext import all_words, phrase
from sandbox.systems.zendesk.errors import search_invalid
from sandbox.systems.zendesk.model import PRIORITIES, STATUSES
from sandbox.systems.zendesk.schema import PHONE_DIGITS

Clause = tuple[str, list[Any]]
"""An SQL condition over `zendesk_tickets t` (or `zendesk_users u`), and its bindings."""
RANKS: dict[str, tuple[str, ...]] = {"status": STATUSES, "priority": PRIORITIES}
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}:\d{2}Z)?")
_NUMBER = re.compile(r"[0-9]{1,15}")
_RECORDS = ("ticket", "user", "organization", "group")


def property_clause(key: str, op: str, value: str) -> Clause | None:
    """The condition `key op value`; None when tickets have no such property."""
    if key in _PROPERTIES:
        return _PROPERTIES[key](key, op, value)
    if key.startswith("custom_field_"):
        path = f'$."{key.removeprefix("custom_field_")}"'
        return "CAST(json_extract(t.custom_fields, ?) AS TEXT) = ?", [path, value]
    return None


def text_clause(text: str) -> Clause:
    """Tickets with *text* in subject, custom fields or comments; a number may be the id, too."""
    starred = text.endswith("*")
    subject, bound = _indexed("zendesk_tickets_index", "", text, prefix=starred)
    if not bound:
        return "1", []  # punctuation only: Zendesk ignores it
    comments = (
        "t.id IN (SELECT c.ticket_id FROM zendesk_comments c WHERE c.id IN "
        "(SELECT rowid FROM zendesk_comments_index WHERE zendesk_comments_index MATCH ?))"
    )
    number = text.removeprefix("#")
    if _NUMBER.fullmatch(number):
        return f"({subject} OR {comments} OR t.id = ?)", [*bound, *bound, int(number)]
    return f"({subject} OR {comments})", [*bound, *bound]


def _indexed(index: str, column: str, text: str, *, prefix: bool = False) -> Clause:
    query = phrase(text, prefix=prefix)
    if not query:
        return "0", []
    return f"t.id IN (SELECT rowid FROM {index} WHERE {index} MATCH ?)", [column + query]  # noqa: S608


def _record(key: str, _op: str, value: str) -> Clause:
    return ("1" if one_of(key, value, _RECORDS) == "ticket" else "0"), []


def _ranked(key: str, op: str, value: str) -> Clause:
    """Statuses and priorities have an order: `status<solved`."""
    if value == "none":
        return f"t.{key} IS NULL", []
    ranks = RANKS[key]
    rank = ranks.index(one_of(key, value, ranks))
    held = {
        ":": ranks[rank : rank + 1], "<": ranks[:rank], "<=": ranks[: rank + 1],
        ">": ranks[rank + 1 :], ">=": ranks[rank:],
    }[op]  # fmt: skip
    return f"t.{key} IN ({', '.join('?' * len(held))})", list(held)


def _dated(key: str, op: str, value: str) -> Clause:
    """A day compares with days, a moment with moments."""
    column = f"t.{key}_at"
    if not _DATE.fullmatch(value):
        raise search_invalid(f"{value!r} is not a date like 2026-01-31")
    compared = column if "T" in value else f"substr({column}, 1, 10)"
    return f"{compared} {'=' if op == ':' else op} ?", [value]


def _person(key: str, _op: str, value: str) -> Clause:
    column = f"t.{key}_id"
    if value == "none":
        return f"{column} IS NULL", []
    if _NUMBER.fullmatch(value):
        return f"{column} = ?", [int(value)]
    where, bindings = user_filter(value)
    return f"{column} IN (SELECT u.id FROM zendesk_users u WHERE {where})", bindings  # noqa: S608


def _group(_key: str, _op: str, value: str) -> Clause:
    if value == "none":
        return "t.group_id IS NULL", []
    if _NUMBER.fullmatch(value):
        return "t.group_id = ?", [int(value)]
    return "t.group_id IN (SELECT id FROM zendesk_groups WHERE lower(name) = ?)", [value.lower()]


def _tag(_key: str, _op: str, value: str) -> Clause:
    return "EXISTS (SELECT 1 FROM json_each(t.tags) WHERE value = ?)", [value.lower()]


def _ticket_type(_key: str, _op: str, value: str) -> Clause:
    return "t.type IS ?", [None if value == "none" else value]


def _subject(_key: str, _op: str, value: str) -> Clause:
    return _indexed("zendesk_tickets_index", "{subject} : ", value)


def _field_value(_key: str, _op: str, value: str) -> Clause:
    values = "SELECT CAST(value AS TEXT) FROM json_each(t.custom_fields)"
    return f"? IN ({values})", [value]


def user_filter(query: str) -> Clause:
    """The WHERE of a search over `zendesk_users u`, by `email:`, `phone:`, `name:` or bare text."""
    key, colon, rest = query.strip().partition(":")
    key = key.strip().lower() if colon else ""
    value = (rest if key in ("email", "phone", "name", "external_id") else query).strip().strip('"')
    if not value:
        return "0", []
    if key == "external_id":
        return "u.external_id = ?", [value]
    if key == "email" or (not key and "@" in value):
        secondary = "SELECT user_id FROM zendesk_user_identities WHERE lower(value) = lower(?)"
        return f"(lower(u.email) = lower(?) OR u.id IN ({secondary}))", [value, value]
    digits = re.sub(r"\D", "", value)
    if key == "phone" or (key != "name" and re.fullmatch(r"[-+().\s\d]{6,}", value)):
        return _phone(digits)
    words = all_words(value)
    index = "zendesk_users_index"
    named = f"u.id IN (SELECT rowid FROM {index} WHERE {index} MATCH ?)"  # noqa: S608
    return (named, [words]) if words else ("0", [])


def _phone(digits: str) -> Clause:
    """Numbers that end in *digits*, however they are written: the country code may be left out."""
    if len(digits) < 6:
        return "0", []
    # The first condition is indexed, and leaves few rows to the second.
    where = f"(substr({PHONE_DIGITS}, -6) = ? AND {PHONE_DIGITS} LIKE ?)"
    return where, [digits[-6:], f"%{digits}"]


def one_of(key: str, value: str, allowed: tuple[str, ...]) -> str:
    """*value*, which must be one of *allowed*; InvalidArguments in Zendesk's words otherwise."""
    if value not in allowed:
        raise search_invalid(f"{key} {value!r} is none of {', '.join(allowed)}")
    return value


_PROPERTIES: dict[str, Callable[[str, str, str], Clause]] = {
    "type": _record, "status": _ranked, "priority": _ranked, "created": _dated, "updated": _dated,
    "requester": _person, "assignee": _person, "submitter": _person, "group": _group,
    "tags": _tag, "ticket_type": _ticket_type, "subject": _subject, "fieldvalue": _field_value,
}  # fmt: skip
