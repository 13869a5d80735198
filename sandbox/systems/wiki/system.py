"""`Wiki`: a fake knowledge base, with policies that agents must look up."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar

from pydantic import Field

from sandbox.errors import ToolError
from sandbox.systems.fulltext import any_word
from sandbox.systems.operation import SLOW, read, write
from sandbox.systems.system import Row, System
from sandbox.systems.wiki.errors import article_not_found, refused_body, version_conflict
from sandbox.systems.wiki.model import Article, Hit, SearchResult, Section, SectionList
from sandbox.systems.wiki.schema import DDL

# bm25 weighs the columns (title, labels, body): a word of the title says what an article is about.
_HITS = """
SELECT a.*, snippet(wiki_articles_index, 2, '', '', ' … ', 40) AS excerpt,
  bm25(wiki_articles_index, 8.0, 4.0, 1.0) AS score
FROM wiki_articles_index JOIN wiki_articles a ON a.id = wiki_articles_index.rowid
WHERE wiki_articles_index MATCH ? ORDER BY score, a.id LIMIT ?"""
_COUNT = "SELECT count(*) FROM wiki_articles_index WHERE wiki_articles_index MATCH ?"

Slug = Annotated[str, Field(description="Short name of the article, like `refund-policy`.")]


class Wiki(System):
    """A fake knowledge base: articles, sections and full-text search."""

    name: ClassVar[str] = "wiki"
    ddl: ClassVar[str] = DDL

    @read("wiki:articles:read", latency=SLOW)
    def search(
        self,
        query: Annotated[str, Field(description="A few words, like `late parcel refund`.")],
        limit: Annotated[int, Field(ge=1, le=25)] = 5,
    ) -> SearchResult:
        """Search articles and policies by any of the words, best match first; returns excerpts."""
        match = any_word(query)
        if not match:
            return SearchResult(results=[], count=0)
        rows = self.db.rows(_HITS, (match, limit))
        return SearchResult(
            results=[Hit.model_validate(row) for row in rows],
            count=self.db.value(_COUNT, (match,)),
        )

    @read("wiki:articles:read")
    def get_article(self, slug: Slug) -> Article:
        """Get the whole text of one article."""
        return Article.model_validate(self._row(slug))

    @read("wiki:articles:read")
    def list_sections(self) -> SectionList:
        """List the sections of the knowledge base and how many articles each holds."""
        rows = self.db.rows(
            "SELECT section AS name, count(*) AS articles FROM wiki_articles "
            "GROUP BY section ORDER BY section"
        )
        return SectionList(sections=[Section.model_validate(row) for row in rows])

    @write("wiki:articles:write", effect="article_update", target="slug")
    def update_article(
        self,
        slug: Slug,
        body: Annotated[str, Field(min_length=1, description="The whole new text, in Markdown.")],
        version: Annotated[
            int, Field(ge=1, le=10**9, description="The version that you read and now replace.")
        ],
    ) -> Article:
        """Replace the text of an article. Refused when it has changed since *version* was read."""
        row = self._row(slug)
        if row["version"] != version:
            raise version_conflict(slug, current=row["version"], read=version)
        if row["body"] != body:
            values = {
                "body": body, "version": version + 1, "author": self.principal.name,
                "updated_at": self.now(),
            }  # fmt: skip
            self.db.update("wiki_articles", {"id": row["id"]}, values)
            row |= values
        return Article.model_validate(row)

    def error_body(self, error: ToolError) -> dict[str, Any]:
        """Confluence's body for a call that the host refuses."""
        return refused_body(error)

    def _row(self, slug: str) -> Row:
        row = self.db.row("SELECT * FROM wiki_articles WHERE slug = ?", (slug,))
        if row is None:
            raise article_not_found(slug)
        return row
