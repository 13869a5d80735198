"""The objects of the knowledge base."""

from __future__ import annotations

import json
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict

Visibility = Literal["internal", "public"]


def _stored(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) else value


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, use_attribute_docstrings=True)


class Article(_Record):
    """A knowledge article or policy."""

    id: int
    slug: str
    title: str
    body: str
    """Markdown."""
    section: str
    labels: Annotated[list[str], BeforeValidator(_stored)]
    version: int
    """Counts up with each change, from 1."""
    visibility: Visibility
    """`internal`: for staff only, not to be quoted to customers."""
    author: str
    updated_at: str


class Hit(_Record):
    """An article that a search found."""

    slug: str
    title: str
    section: str
    visibility: Visibility
    updated_at: str
    excerpt: str
    """The passage that matches best, not the whole article."""


class SearchResult(_Record):
    """What a search found, best match first."""

    results: list[Hit]
    count: int
    """How many articles match in all."""


class Section(_Record):
    """A section of the knowledge base."""

    name: str
    articles: int
    """How many articles it holds."""


class SectionList(_Record):
    """All sections, by name."""

    sections: list[Section]
