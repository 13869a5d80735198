"""The tables of the fake Zendesk. Lists and maps are JSON text; booleans are 0 or 1."""

from __future__ import annotations

from sandbox.systems.fulltext import index_ddl

PHONE_DIGITS = "phone"
for _mark in "+-(). ":
    PHONE_DIGITS = f"replace({PHONE_DIGITS}, '{_mark}', '')"
"""SQL: a user's phone number without what people put between the digits."""

_TABLES = """
CREATE TABLE zendesk_users (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  email TEXT,
  phone TEXT,
  role TEXT NOT NULL DEFAULT 'end-user' CHECK (role IN ('end-user', 'agent', 'admin')),
  verified INTEGER NOT NULL DEFAULT 1 CHECK (verified IN (0, 1)),
  active INTEGER NOT NULL DEFAULT 1 CHECK (active IN (0, 1)),
  suspended INTEGER NOT NULL DEFAULT 0 CHECK (suspended IN (0, 1)),
  external_id TEXT,
  organization_id INTEGER,
  time_zone TEXT NOT NULL DEFAULT 'Eastern Time (US & Canada)',
  locale TEXT NOT NULL DEFAULT 'en-US',
  tags TEXT NOT NULL DEFAULT '[]',
  notes TEXT NOT NULL DEFAULT '',
  user_fields TEXT NOT NULL DEFAULT '{}',
  permanently_deleted INTEGER NOT NULL DEFAULT 0 CHECK (permanently_deleted IN (0, 1)),
  created_at TEXT NOT NULL,
  updated_at TEXT NOT NULL);
CREATE INDEX zendesk_users_by_email ON zendesk_users (lower(email));
CREATE INDEX zendesk_users_by_external_id ON zendesk_users (external_id);

-- Secondary addresses of a user: the primary one stands in zendesk_users.email and not here.
CREATE TABLE zendesk_user_identities (
  id INTEGER PRIMARY KEY,
  user_id INTEGER NOT NULL,
  type TEXT NOT NULL DEFAULT 'email' CHECK (type = 'email'),
  value TEXT NOT NULL,
  verified INTEGER NOT NULL DEFAULT 1 CHECK (verified IN (0, 1)),
  created_at TEXT NOT NULL,
  updated_at TEXT NOT NULL);
CREATE INDEX zendesk_user_identities_by_value ON zendesk_user_identities (lower(value));
CREATE INDEX zendesk_user_identities_by_user ON zendesk_user_identities (user_id);

CREATE TABLE zendesk_groups (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  description TEXT NOT NULL DEFAULT '',
  created_at TEXT NOT NULL,
  updated_at TEXT NOT NULL);

CREATE TABLE zendesk_group_memberships (
  id INTEGER PRIMARY KEY,
  user_id INTEGER NOT NULL,
  group_id INTEGER NOT NULL,
  "default" INTEGER NOT NULL DEFAULT 0 CHECK ("default" IN (0, 1)),
  UNIQUE (user_id, group_id));

CREATE TABLE zendesk_tickets (
  id INTEGER PRIMARY KEY,
  external_id TEXT,
  via_channel TEXT NOT NULL DEFAULT 'web',
  type TEXT CHECK (type IN ('problem', 'incident', 'question', 'task')),
  subject TEXT NOT NULL,
  description TEXT NOT NULL,
  priority TEXT CHECK (priority IN ('low', 'normal', 'high', 'urgent')),
  status TEXT NOT NULL DEFAULT 'new'
    CHECK (status IN ('new', 'open', 'pending', 'hold', 'solved', 'closed')),
  requester_id INTEGER NOT NULL,
  submitter_id INTEGER NOT NULL,
  assignee_id INTEGER,
  organization_id INTEGER,
  group_id INTEGER,
  tags TEXT NOT NULL DEFAULT '[]',
  custom_fields TEXT NOT NULL DEFAULT '{}', -- a map by field id: search shall see values only
  created_at TEXT NOT NULL,
  updated_at TEXT NOT NULL);
CREATE INDEX zendesk_tickets_by_requester ON zendesk_tickets (requester_id);

CREATE TABLE zendesk_comments (
  id INTEGER PRIMARY KEY,
  ticket_id INTEGER NOT NULL,
  author_id INTEGER NOT NULL,
  body TEXT NOT NULL,
  public INTEGER NOT NULL DEFAULT 1 CHECK (public IN (0, 1)),
  via_channel TEXT NOT NULL DEFAULT 'web',
  created_at TEXT NOT NULL);
CREATE INDEX zendesk_comments_by_ticket ON zendesk_comments (ticket_id);
"""

DDL = "".join([
    _TABLES,
    f"CREATE INDEX zendesk_users_by_phone ON zendesk_users (substr({PHONE_DIGITS}, -6));",
    index_ddl("zendesk_users_index", "zendesk_users", ["name"]),
    index_ddl("zendesk_tickets_index", "zendesk_tickets", ["subject", "custom_fields"]),
    # A ticket's description is its first comment, so this index covers it.
    index_ddl("zendesk_comments_index", "zendesk_comments", ["body"]),
])  # fmt: skip
