"""`Zendesk`: the fake as one system."""

from __future__ import annotations

from typing import Any, ClassVar

from sandbox.errors import ToolError
from sandbox.systems.operation import read
from sandbox.systems.zendesk.errors import refused_body
from sandbox.systems.zendesk.model import Group, GroupList
from sandbox.systems.zendesk.schema import DDL
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

    def error_body(self, error: ToolError) -> dict[str, Any]:
        """Zendesk's body for a call that the host refuses."""
        return refused_body(error)
