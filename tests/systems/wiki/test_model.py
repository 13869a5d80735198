"""The objects of the knowledge base."""

from __future__ import annotations

from sandbox.systems.wiki.model import Article

_ROW = {
    "id": 1, "slug": "faq", "title": "FAQ", "body": "?", "section": "Help", "version": 1,
    "visibility": "public", "author": "dana", "updated_at": "2026-01-15T09:00:00Z",
}  # fmt: skip


def test_labels_may_be_stored_text_or_a_list() -> None:
    stored = Article.model_validate({**_ROW, "labels": '["a", "b"]'})

    assert stored.labels == ["a", "b"]
    assert Article.model_validate_json(stored.model_dump_json()) == stored
