"""Articles of a company's knowledge base: Markdown files with front matter."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from sandbox.content.document import display_name
from sandbox.content.markdown import load_markdown
from sandbox.content.model import ContentModel
from sandbox.errors import ContentError, Problem


class FrontMatter(ContentModel):
    """The head of an article."""

    slug: Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
    """Short name by which tools and policies refer to it: `refund-policy`."""
    title: str
    section: str
    labels: list[str] = []
    """Words under which it should be found, beyond those in the text."""
    visibility: Literal["internal", "public"] = "internal"
    updated_at: Annotated[str, Field(pattern=r"^\d{4}-\d\d-\d\d$")]
    """The day of the last change; it lies before the world's epoch."""


@dataclass(frozen=True, slots=True)
class Article:
    """One article."""

    front: FrontMatter
    body: str
    path: Path


def load_articles(folders: Iterable[Path]) -> list[Article]:
    """The articles of *folders*, nearest folder first, sorted by slug; the nearer of two stands.

    `ContentError` lists every problem, among them slugs that two files of one folder share.
    """
    found: dict[str, Article] = {}
    problems: list[Problem] = []
    for folder in folders:
        here: dict[str, Path] = {}
        for path in sorted(folder.glob("articles/*.md")):
            try:
                front, body = load_markdown(path, FrontMatter)
            except ContentError as error:
                problems += error.problems
                continue
            if front.slug in here:
                other = here[front.slug].name
                message = f"duplicate slug {front.slug!r}: {other} has it already"
                problems.append(Problem(display_name(path), 2, 1, message))
            here[front.slug] = path
            found.setdefault(front.slug, Article(front, body, path))
    if problems:
        raise ContentError(problems)
    return [found[slug] for slug in sorted(found)]
