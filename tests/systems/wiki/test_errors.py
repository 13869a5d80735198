"""Confluence's error bodies."""

from __future__ import annotations

from sandbox.systems.wiki.errors import article_not_found, version_conflict


def test_a_missing_article_is_a_404() -> None:
    error = article_not_found("faq")

    assert (error.status, error.body["statusCode"]) == (404, 404)
    assert error.body["message"] == "No content found with slug : faq"
    assert error.body["data"]["valid"] is True


def test_a_version_conflict_says_what_to_do_in_our_words_and_confluences_in_the_body() -> None:
    error = version_conflict("faq", current=4, read=2)

    assert error.status == 409
    assert error.message == (
        "article 'faq' is at version 4, not 2: read it again before changing it"
    )
    assert error.body == {
        "statusCode": 409,
        "data": {"authorized": True, "valid": False, "errors": [], "successful": False},
        "message": "Version must be incremented on update. Current version is: 4",
    }
