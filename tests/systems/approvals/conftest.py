"""A Approvals in a store of its own, and calls to it as a host makes them."""

from __future__ import annotations

from typing import Any

import pytest
import simpy

from sandbox.sim.clock import Clock
from sandbox.sim.seeds import Seeds
from sandbox.systems.approvals import Approvals
from sandbox.systems.operation import operations_of
from sandbox.systems.store import Store


class Desk:
    """Calls operations: arguments checked, one transaction, the result as JSON."""

    def __init__(self) -> None:
        self.env = simpy.Environment()
        self.store = Store.create([Approvals.ddl])
        self.system = Approvals(self.store, Clock(self.env), Seeds(7))
        self.operations = {op.method: op for op in operations_of(Approvals)}
        self.called: set[str] = set()
        self.changeset = b""

    def __call__(self, method: str, /, **args: Any) -> Any:
        operation = self.operations[method]
        checked = operation.args_model.model_validate(args)
        before = self.store.changes_total
        with self.store.transaction() as step:
            result = getattr(self.system, method)(**dict(checked))
        self.changeset = step.changeset
        if operation.kind == "read":
            assert self.store.changes_total == before, f"{method} wrote"
        self.called.add(method)
        json = operation.result_adapter.dump_python(result, mode="json")
        assert operation.result_adapter.validate_python(json) == result
        return json


@pytest.fixture
def desk() -> Desk:
    return Desk()
