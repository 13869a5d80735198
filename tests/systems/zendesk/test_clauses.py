"""Single conditions of Zendesk's search."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.errors import InvalidArguments
from sandbox.systems.zendesk.clauses import one_of, property_clause, text_clause, user_filter

Desk = Any


def _plan(desk: Desk, query: str) -> str:
    where, bindings = user_filter(query)
    sql = f"EXPLAIN QUERY PLAN SELECT u.* FROM zendesk_users u WHERE {where}"
    return " ".join(row["detail"] for row in desk.store.rows(sql, bindings))


@pytest.mark.parametrize(
    ("query", "index"),
    [
        ("ann@example.com", "zendesk_users_by_email"),
        ("phone:5550102030", "zendesk_users_by_phone"),
        ("external_id:cust-3", "zendesk_users_by_external_id"),
    ],
)
def test_customers_are_found_by_an_index(desk: Desk, query: str, index: str) -> None:
    assert index in _plan(desk, query)


def test_what_tickets_do_not_have_is_no_property() -> None:
    assert property_clause("order", ":", "4711") is None
    assert property_clause("status", ":", "open") == ("t.status IN (?)", ["open"])


def test_a_number_may_be_a_tickets_id() -> None:
    sql, bindings = text_clause("#17")

    assert sql.endswith("t.id = ?)")
    assert bindings[-1] == 17


def test_text_without_a_word_matches_everything() -> None:
    assert text_clause("?!") == ("1", [])


def test_a_value_out_of_range_is_named_with_its_choices() -> None:
    with pytest.raises(InvalidArguments, match="sort 'up' is none of asc, desc"):
        one_of("sort", "up", ("asc", "desc"))
