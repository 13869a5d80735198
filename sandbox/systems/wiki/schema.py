"""The table of the fake knowledge base. Labels are JSON text."""

from __future__ import annotations

from sandbox.systems.fulltext import index_ddl

INDEXED = ("title", "labels", "body")

DDL = """
CREATE TABLE wiki_articles (
  id INTEGER PRIMARY KEY,
  slug TEXT NOT NULL UNIQUE,
  title TEXT NOT NULL,
  body TEXT NOT NULL,
  section TEXT NOT NULL,
  labels TEXT NOT NULL DEFAULT '[]',
  version INTEGER NOT NULL DEFAULT 1,
  visibility TEXT NOT NULL DEFAULT 'internal' CHECK (visibility IN ('internal', 'public')),
  author TEXT NOT NULL,
  updated_at TEXT NOT NULL);
CREATE INDEX wiki_articles_by_section ON wiki_articles (section);
""" + index_ddl("wiki_articles_index", "wiki_articles", INDEXED)
