"""The table of the approval desk."""

from __future__ import annotations

# `expired` is never stored: a pending request is expired once `expires_at` has passed.
DDL = """
CREATE TABLE approvals_requests (
  id TEXT PRIMARY KEY NOT NULL,
  action TEXT NOT NULL,
  subject TEXT NOT NULL,
  amount_cents INTEGER,
  reason TEXT NOT NULL,
  status TEXT NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'approved', 'denied')),
  requested_by TEXT NOT NULL,
  requested_at TEXT NOT NULL,
  expires_at TEXT NOT NULL,
  decided_by TEXT,
  decided_at TEXT,
  note TEXT);
CREATE INDEX approvals_requests_by_subject ON approvals_requests (subject);
"""
