"""Articles: front matter, order, and the shipped ones' own consistency."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from sandbox.content.places import own_folder
from sandbox.errors import ContentError
from sandbox.worlds.articles import Article, load_articles
from sandbox.worlds.loader import operations_by_name
from sandbox.worlds.registry import SYSTEMS, system_class

HEAD = (
    "---\nslug: {slug}\ntitle: {title}\nsection: S\n"
    "updated_at: '2026-01-01'\n---\n\n{title} text.\n"
)


def _write(folder: Path, name: str, slug: str, title: str = "T") -> None:
    (folder / "articles").mkdir(parents=True, exist_ok=True)
    (folder / "articles" / name).write_text(HEAD.format(slug=slug, title=title))


def test_articles_come_sorted_by_slug_and_the_nearer_stands(tmp_path: Path) -> None:
    near, far = tmp_path / "near", tmp_path / "far"
    _write(near, "z.md", "a-rule", "Near")
    _write(far, "a.md", "a-rule", "Far")
    _write(far, "b.md", "b-rule")
    found = load_articles([near, far])
    assert [(a.front.slug, a.front.title) for a in found] == [("a-rule", "Near"), ("b-rule", "T")]
    assert found[0].body == "Near text."


def test_all_problems_of_all_files_are_told(tmp_path: Path) -> None:
    _write(tmp_path, "a.md", "same")
    _write(tmp_path, "b.md", "same")
    _write(tmp_path, "c.md", "Not A Slug")
    with pytest.raises(ContentError) as caught:
        load_articles([tmp_path])
    found = str(caught.value)
    assert "b.md:2:1: duplicate slug 'same': a.md has it already" in found
    assert "c.md:2:7:" in found


@pytest.fixture(scope="module")
def shipped() -> list[Article]:
    return load_articles([own_folder("worlds") / "retail_support"])


def test_every_article_that_an_article_refers_to_exists(shipped: list[Article]) -> None:
    slugs = {article.front.slug for article in shipped}
    tools = re.compile(r"(commerce|stripe|zendesk|wiki|approvals)_\w+")
    for article in shipped:
        for word in re.findall(r"`([a-z]+(?:-[a-z0-9]+)+)`", article.body):
            assert word in slugs or tools.fullmatch(word), (article.front.slug, word)


def test_every_tool_that_an_article_names_exists(
    shipped: list[Article], retail_operations: set[str]
) -> None:
    for article in shipped:
        for tool in re.findall(r"`((?:commerce|stripe|zendesk|wiki|approvals)_\w+)`", article.body):
            assert tool in retail_operations, (article.front.slug, tool)


@pytest.fixture(scope="module")
def retail_operations() -> set[str]:
    return set(operations_by_name({name: system_class(name) for name in SYSTEMS}))


def test_articles_are_long_enough_to_say_something_and_short_enough_to_be_read(
    shipped: list[Article],
) -> None:
    words = {article.front.slug: len(article.body.split()) for article in shipped}
    assert len(words) >= 60
    assert min(words.values()) >= 50
    assert max(words.values()) <= 320


def test_the_limits_are_the_same_wherever_they_are_repeated(shipped: list[Article]) -> None:
    text = {article.front.slug: article.body for article in shipped}
    for slug in ("refund-policy", "refund-approval", "cancellations", "lost-parcels", "warranty"):
        assert "200.00 USD" in text[slug], slug
    for slug in ("goodwill-credit", "promo-codes"):
        assert "25.00 USD" in text[slug], slug
    for slug in ("refund-policy", "refund-not-arrived", "tone-of-voice"):
        assert "5 to 10 business days" in text[slug], slug
    # Nobody may find a second limit anywhere.
    amounts = {"1,500.00", "200.00", "500.00", "5,000.00"}
    large = {
        found
        for body in text.values()
        for found in re.findall(r"\b(?:\d,)?\d{3,}\.\d\d(?= USD)", body)
    }
    assert large <= amounts
