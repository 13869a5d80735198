"""Who a ticket belongs to, and what that does to its status: Zendesk's rules."""

from __future__ import annotations

from typing import Any

from sandbox.systems.system import Row
from sandbox.systems.zendesk.errors import record_invalid
from sandbox.systems.zendesk.model import StatusUpdate
from sandbox.systems.zendesk.records import SYSTEM_USER, Records


class Assignment(Records):
    """The rules of groups, assignees and statuses."""

    def assignment(
        self,
        ticket: Row,
        assignee_id: int | None,
        group_id: int | None,
        status: StatusUpdate | None,
    ) -> dict[str, Any]:
        """The values that an update gives `assignee_id`, `group_id` and `status` of *ticket*.

        An assignee brings a group of theirs along; a group drops an assignee who is no member; an
        assigned ticket is no longer new; whoever solves an unassigned ticket becomes its assignee.
        """
        group = ticket["group_id"] if group_id is None else self._group(group_id)
        assignee = ticket["assignee_id"]
        if assignee_id is not None:
            assignee = self._staff(assignee_id)
            if group_id is not None and not self._member(assignee, group_id):
                raise record_invalid("assignee_id", f"Assignee: is no member of group {group_id}")
            if not self._member(assignee, group):
                group = self._default_group(assignee)
        elif group_id is not None and not self._member(assignee, group):
            assignee = None
        if status == "solved" and assignee is None:
            solver = self.actor_id()
            if solver != SYSTEM_USER and (group is None or self._member(solver, group)):
                assignee, group = solver, group or self._default_group(solver)
        if status is None and ticket["status"] == "new" and assignee is not None:
            status = "open"
        return {"assignee_id": assignee, "group_id": group, "status": status or ticket["status"]}

    def _group(self, group_id: int) -> int:
        if self.db.value("SELECT 1 FROM zendesk_groups WHERE id = ?", (group_id,)) is None:
            raise record_invalid("group_id", f"Group: {group_id} is invalid")
        return group_id

    def _staff(self, user_id: int) -> int:
        found = self.db.value(
            "SELECT 1 FROM zendesk_users WHERE id = ? AND active AND role <> 'end-user'", (user_id,)
        )
        if found is None:
            raise record_invalid("assignee_id", f"Assignee: {user_id} is invalid")
        return user_id

    def _member(self, user_id: int | None, group_id: int | None) -> bool:
        found = self.db.value(
            "SELECT 1 FROM zendesk_group_memberships WHERE user_id = ? AND group_id = ?",
            (user_id, group_id),
        )
        return found is not None

    def _default_group(self, user_id: int) -> int | None:
        found = self.db.value(
            "SELECT group_id FROM zendesk_group_memberships WHERE user_id = ? "
            'ORDER BY "default" DESC, group_id',
            (user_id,),
        )
        return None if found is None else int(found)
