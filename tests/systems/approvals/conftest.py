"""A Approvals in a store of its own, and calls to it as a host makes them."""

from __future__ import annotations

from typing import Any

import pytest
import simpy

from sandbox.sim.clock import Clock
from sandbox.sim.seeds import Seeds
from sandbox.systems.approvals import Approvals
from sandbox.systems.execution import Bound
from sandbox.systems.operation import operations_of
from sandbox.systems.store import Store
from sandbox.systems.system import Principal


class Desk:
    """Calls operations as the host does, and keeps what the last call came to."""

    def __init__(self) -> None:
        self.env = simpy.Environment()
        self.store = Store.create([Approvals.ddl])
        self.system = Approvals(self.store, Clock(self.env), Seeds(7))
        self.principal = Principal("support_agent", frozenset({"approvals:*"}))
        self.bound = {op.method: Bound(op, self.system) for op in operations_of(Approvals)}
        self.called: set[str] = set()
        self.identity: tuple[str, dict[str, Any]] | None = None
        self.changeset = b""

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


@pytest.fixture
def desk() -> Desk:
    return Desk()
