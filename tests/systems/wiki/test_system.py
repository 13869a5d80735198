"""The knowledge base: searched, read, changed."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from sandbox.errors import Conflict, InvalidArguments, NotFound, PermissionDenied
from sandbox.systems.store import Store
from sandbox.systems.system import Principal
from sandbox.systems.wiki import Wiki

Desk = Any

_ARTICLES = [
    ("refund-policy", "Refund policy", "Policies", '["refunds"]', "We refund within 30 days."),
    ("shipping", "Shipping times", "Help", "[]", "A late parcel is refunded once it is lost."),
    ("warranty", "Warranty", "Policies", "[]", "Two years. See the café corner for exceptions."),
]


@pytest.fixture
def wiki(desk: Desk) -> Desk:
    for id_, (slug, title, section, labels, body) in enumerate(_ARTICLES, start=1):
        desk.store.insert("wiki_articles", {
            "id": id_, "slug": slug, "title": title, "body": body, "section": section,
            "labels": labels, "author": "dana", "updated_at": "2026-01-15T09:00:00Z",
        })  # fmt: skip
    return desk


def _found(wiki: Desk, query: str, **limit: int) -> list[str]:
    return [hit["slug"] for hit in wiki("search", query=query, **limit)["results"]]


def test_every_operation_can_be_called(wiki: Desk) -> None:
    wiki("search", query="refund")
    wiki("get_article", slug="shipping")
    wiki("list_sections")
    wiki("update_article", slug="shipping", body="New.", version=1)

    assert wiki.called == set(wiki.bound)
    assert {bound.operation.scope for bound in wiki.bound.values()} == {
        "wiki:articles:read", "wiki:articles:write",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("query", "slugs"),
    [
        ("refund", ["refund-policy", "shipping"]),
        ("refunding parcels", ["shipping", "refund-policy"]),
        ("cafe", ["warranty"]),
        ("refund-policy", ["refund-policy", "shipping"]),
        ("unicorn", []),
        ("?!", []),
        ("", []),
    ],
)
def test_a_search_ranks_by_what_an_article_is_about(
    wiki: Desk, query: str, slugs: list[str]
) -> None:
    assert _found(wiki, query) == slugs


def test_a_search_gives_excerpts_and_counts_beyond_its_limit(wiki: Desk) -> None:
    found = wiki("search", query="late refund", limit=1)

    assert found["count"] == 2
    assert found["results"] == [{
        "slug": "shipping", "title": "Shipping times", "section": "Help",
        "visibility": "internal", "updated_at": "2026-01-15T09:00:00Z",
        "excerpt": "A late parcel is refunded once it is lost.",
    }]  # fmt: skip


def test_equal_matches_come_in_the_order_of_their_ids(wiki: Desk) -> None:
    for id_ in (9, 7, 8):
        wiki.store.insert("wiki_articles", {
            "id": id_, "slug": f"s{id_}", "title": "Zebra", "body": "stripes", "section": "Zoo",
            "author": "dana", "updated_at": "2026-01-15T09:00:00Z",
        })  # fmt: skip

    assert _found(wiki, "zebra") == ["s7", "s8", "s9"]


@given(st.text(max_size=80) | st.text('ab"*:-+(){}^ NEAR', max_size=30))
@example('"')
@example("NEAR(")
@example("title : refund")
@example("a OR")
@example("x " * 500)
@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_text_breaks_the_search(wiki: Desk, query: str) -> None:
    found = wiki("search", query=query)

    assert len(found["results"]) == min(found["count"], 5)


def test_an_article_is_read_whole(wiki: Desk) -> None:
    assert wiki("get_article", slug="refund-policy") == {
        "id": 1, "slug": "refund-policy", "title": "Refund policy", "section": "Policies",
        "body": "We refund within 30 days.", "labels": ["refunds"], "version": 1,
        "visibility": "internal", "author": "dana", "updated_at": "2026-01-15T09:00:00Z",
    }  # fmt: skip


def test_an_unknown_article_is_answered_as_confluence_does(wiki: Desk) -> None:
    for method, args in (("get_article", {}), ("update_article", {"body": "x", "version": 1})):
        with pytest.raises(NotFound, match="refunds") as error:
            wiki(method, slug="refunds", **args)
        assert error.value.body["statusCode"] == 404


def test_the_host_refuses_in_confluences_words(wiki: Desk) -> None:
    with pytest.raises(InvalidArguments) as invalid:
        wiki("search", query="x", limit=0)
    assert invalid.value.body["statusCode"] == 400

    wiki.principal = Principal("reader", frozenset({"wiki:articles:read"}))
    with pytest.raises(PermissionDenied) as denied:
        wiki("update_article", slug="shipping", body="x", version=1)
    assert (denied.value.body["statusCode"], denied.value.body["data"]["authorized"]) == (
        403, False,
    )  # fmt: skip


def test_sections_are_counted(wiki: Desk) -> None:
    assert wiki("list_sections") == {
        "sections": [{"name": "Help", "articles": 1}, {"name": "Policies", "articles": 2}]
    }


def test_a_change_counts_the_version_up_and_is_found_at_once(wiki: Desk) -> None:
    wiki.env.run(until=3600)

    changed = wiki("update_article", slug="shipping", body="By pigeon.", version=1)

    assert wiki.identity == ("shipping", {})
    assert (changed["version"], changed["author"]) == (2, "support_agent")
    assert changed["updated_at"] == "2026-03-02T09:00:00Z"
    assert wiki("get_article", slug="shipping") == changed
    assert _found(wiki, "pigeon") == ["shipping"]
    assert _found(wiki, "late") == []


def test_who_read_an_older_version_must_read_again(wiki: Desk) -> None:
    wiki("update_article", slug="shipping", body="By pigeon.", version=1)

    with pytest.raises(Conflict, match="read it again") as error:
        wiki("update_article", slug="shipping", body="By train.", version=1)

    assert error.value.status == 409
    assert "Current version is: 2" in str(error.value.body)


def test_the_same_text_is_no_change(wiki: Desk) -> None:
    same = wiki("get_article", slug="shipping")

    assert wiki("update_article", slug="shipping", body=same["body"], version=1) == same
    assert wiki.changeset == b""


def test_undo_takes_the_index_back(wiki: Desk) -> None:
    before = wiki.store.digest()
    wiki("update_article", slug="shipping", body="By pigeon.", version=1)

    wiki.store.undo(wiki.changeset)

    assert wiki.store.digest() == before
    assert _found(wiki, "pigeon") == []
    assert _found(wiki, "late") == ["shipping"]


def test_a_rolled_back_change_is_not_found(wiki: Desk) -> None:
    with wiki.store.transaction(discard=True):
        wiki.system.update_article("shipping", "By pigeon.", 1)

    assert _found(wiki, "pigeon") == []
    assert _found(wiki, "late") == ["shipping"]


def test_the_index_goes_along_into_a_fork_and_stays_apart(wiki: Desk) -> None:
    fork = Wiki(Store.fork_of(wiki.store), wiki.system.clock, wiki.system.seeds)

    fork.update_article("shipping", "By pigeon.", 1)

    assert fork.search("pigeon").count == 1
    assert _found(wiki, "pigeon") == []
    assert _found(wiki, "late") == ["shipping"]
