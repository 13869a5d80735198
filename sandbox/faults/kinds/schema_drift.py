"""Schema drift: a field is not any more what it was."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from sandbox.faults.advertised import announced
from sandbox.faults.changes import Change
from sandbox.faults.fault import Fault, Surroundings
from sandbox.sim.points import Call, Forward


class SchemaDrift(Fault):
    """Fields of the answer change; the tables do not: drift lives in what the caller sees.

    *advertised* drift is in the tool's result schema too, so that a careful client can notice;
    otherwise only the payload changes, as when a vendor deploys before its documentation. Its
    probability is drawn once per conversation, which meets the vendor before the release or after.
    """

    kind: Literal["schema_drift"] = "schema_drift"
    changes: Annotated[list[Change], Field(min_length=1)]
    """In this order, wherever the fields stand in the answer."""
    advertised: bool = False

    acts_on: ClassVar[Literal["request", "answer"]] = "answer"
    drawn_per: ClassVar[Literal["call", "conversation"]] = "conversation"

    async def around(self, call: Call, forward: Forward, at: Surroundings) -> Any:
        """Forward, and show the answer in its new form."""
        del at
        return self.drift(await forward(call))

    def drift(self, value: Any) -> Any:
        """*value* in its new form."""
        if isinstance(value, list):
            return [self.drift(v) for v in value]
        if not isinstance(value, dict):
            return value
        record = {k: self.drift(v) for k, v in value.items()}
        for change in self.changes:
            if change.field in record:
                record = change.apply(record)
        return record

    def drift_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        """The tool's result schema as advertised; the very same where nothing is announced."""
        return announced(schema, self.changes) if self.advertised else schema
