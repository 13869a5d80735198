"""A Zendesk in a store of its own, and calls to it as a host makes them."""

from __future__ import annotations

from typing import Any

import pytest
import simpy

from sandbox.sim.clock import Clock
from sandbox.sim.seeds import Seeds
from sandbox.systems.execution import Bound
from sandbox.systems.operation import operations_of
from sandbox.systems.store import Store
from sandbox.systems.system import Principal
from sandbox.systems.zendesk import Zendesk


class Desk:
    """Calls operations as the host does, and keeps what the last call came to."""

    def __init__(self) -> None:
        self.env = simpy.Environment()
        self.store = Store.create([Zendesk.ddl])
        self.system = Zendesk(self.store, Clock(self.env), Seeds(7))
        self.principal = Principal("support_agent", frozenset({"zendesk:*"}))
        self.bound = {op.method: Bound(op, self.system) for op in operations_of(Zendesk)}
        self.called: set[str] = set()
        self.identity: tuple[str, dict[str, Any]] | None = None
        self.changeset = b""
        self._people()

    def __call__(self, method: str, /, **args: Any) -> Any:
        bound = self.bound[method]
        bound.check_permission(self.principal)
        given = bound.validated(args)
        if bound.operation.kind == "read":
            outcome = bound.read(self.store, given, self.principal)
        else:
            outcome = bound.write(self.store, given, self.principal)
            self.identity = bound.identity(outcome.result, given)
        self.changeset = outcome.changeset
        self.called.add(method)
        bound.operation.result_adapter.validate_python(outcome.result)
        return outcome.result

    def _people(self) -> None:
        now = self.system.now()
        stamps = {"created_at": now, "updated_at": now}
        people = [
            (101, "Ann Lee", "ann@example.com", "+1 (555) 010-2030", "end-user", None),
            (102, "Ann Leeds", "ann.leeds@example.com", None, "end-user", None),
            (103, "Élodie Bâ", "elodie@example.com", "+33 1 23 45 67 89", "end-user", "cust-3"),
            (201, "Robo Agent", "robo@shop.test", None, "agent", "support_agent"),
            (202, "Tina Senior", "tina@shop.test", None, "agent", "tina"),
        ]
        for id_, name, email, phone, role, external_id in people:
            self.store.insert("zendesk_users", {
                "id": id_, "name": name, "email": email, "phone": phone, "role": role,
                "external_id": external_id, **stamps,
            })  # fmt: skip
        for id_, name in ((1, "Support"), (2, "Tier 2")):
            self.store.insert("zendesk_groups", {"id": id_, "name": name, **stamps})
        for id_, (user, group) in enumerate([(201, 1), (202, 2), (202, 1)], start=1):
            row = {"id": id_, "user_id": user, "group_id": group, "default": int(id_ < 3)}
            self.store.insert("zendesk_group_memberships", row)

    def ticket(self, requester_id: int = 101, subject: str = "Where is my parcel?") -> int:
        """The id of a new ticket."""
        ticket = self("create_ticket", requester_id=requester_id, subject=subject, comment="Help!")
        return int(ticket["id"])


@pytest.fixture
def desk() -> Desk:
    return Desk()
