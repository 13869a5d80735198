"""Zendesk's search syntax, compiled to SQL: a useful subset.

`refund "broken screen" status<solved requester:ann@example.com -tags:vip created>2026-01-01
order_by:created_at sort:asc`. Terms of different kinds are joined by AND, repeated terms of one
kind by OR; a leading minus negates. A property that Zendesk does not know is searched as text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from sandbox.systems.zendesk.clauses import RANKS, Clause, one_of, property_clause, text_clause

_TERM = re.compile(
    r'(?P<minus>-)?(?:(?P<key>[a-z][a-z_]*\d*)(?P<op>[<>]=?|:)(?P<value>"[^"]*"|[^\s"]+)'
    r'|"(?P<quoted>[^"]*)"|(?P<word>[^\s"]+))'
)
_TERMS_MAX = 50
_ORDERS = {
    "created_at": "t.created_at",
    "updated_at": "t.updated_at",
    "ticket_type": "t.type",
    **{name: f"instr('{' '.join(ranks)}', t.{name})" for name, ranks in RANKS.items()},
}


@dataclass
class TicketSearch:
    """A compiled search: the WHERE and ORDER BY of a query over `zendesk_tickets t`."""

    where: str
    bindings: list[Any]
    order: str


@dataclass
class _Terms:
    required: list[Clause] = field(default_factory=list)
    by_key: dict[str, list[Clause]] = field(default_factory=dict)
    order_by: str = "updated_at"
    sort: str = "desc"


def ticket_search(query: str) -> TicketSearch:
    """The SQL that answers *query*; InvalidArguments for a value that its property cannot have."""
    terms = _Terms()
    for match in islice(_TERM.finditer(query), _TERMS_MAX):
        _add(terms, match)
    clauses = list(terms.required)
    for alternatives in terms.by_key.values():
        sql = " OR ".join(clause for clause, _ in alternatives)
        clauses.append((f"({sql})", [value for _, bound in alternatives for value in bound]))
    return TicketSearch(
        where=" AND ".join(clause for clause, _ in clauses) or "1",
        bindings=[value for _, bound in clauses for value in bound],
        order=f"{_ORDERS[terms.order_by]} {terms.sort}, t.id {terms.sort}",
    )


def _add(terms: _Terms, match: re.Match[str]) -> None:
    key = match["key"]
    value = (match["value"] or "").strip('"')
    match key:
        case "order_by" | "sort_by":
            terms.order_by = one_of(key, value, tuple(_ORDERS))
        case "sort" | "sort_order":
            terms.sort = one_of(key, value, ("asc", "desc"))
        case _:
            clause = _clause(match, value)
            if match["minus"]:
                terms.required.append((f"NOT coalesce({clause[0]}, 0)", clause[1]))
            elif key:
                terms.by_key.setdefault(key + match["op"].strip("=:"), []).append(clause)
            else:
                terms.required.append(clause)


def _clause(match: re.Match[str], value: str) -> Clause:
    key = match["key"]
    if not key:
        return text_clause(match["word"] or match["quoted"])
    # What is no property of tickets, like `order:4711`, is text as any other.
    return property_clause(key, match["op"], value) or text_clause(f"{key} {value}")
