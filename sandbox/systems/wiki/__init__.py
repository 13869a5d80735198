"""A fake knowledge base: articles, sections and full-text search."""

from sandbox.systems.wiki.system import Wiki

__all__ = ["Wiki"]
