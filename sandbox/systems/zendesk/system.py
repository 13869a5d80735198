"""`Zendesk`: the fake as one system."""

from __future__ import annotations

from typing import ClassVar

from sandbox.systems.operation import read
from sandbox.systems.zendesk.model import Group, GroupList
from sandbox.systems.zendesk.tables import DDL
from sandbox.systems.zendesk.tickets import Tickets
from sandbox.systems.zendesk.users import Users


class Zendesk(Tickets, Users):
    """A fake Zendesk Support: users, tickets, comments, groups and search."""

    name: ClassVar[str] = "zendesk"
    ddl: ClassVar[str] = DDL

    @read("zendesk:groups:read")
    def list_groups(self) -> GroupList:
        """List the groups (teams) that tickets can be assigned to."""
        rows = self.db.rows("SELECT * FROM zendesk_groups ORDER BY id")
        return GroupList(groups=[Group.model_validate(row) for row in rows], count=len(rows))
