import json
from typing import Annotated, Literal

from pydantic import Field

from sandbox.content.model import ContentModel
from sandbox.content.schema import json_schema


class Timeout(ContentModel):
    kind: Literal["timeout"]
    after_s: float = 1
    """Virtual seconds until the caller gives up."""


class Drift(ContentModel):
    kind: Literal["drift"]


class FaultPlan(ContentModel):
    """What goes wrong in an episode."""

    title: str = ""
    faults: list[Annotated[Timeout | Drift, Field(discriminator="kind")]]
    """In the order in which they stand around a call."""


def test_the_schema_carries_the_docs_of_the_model() -> None:
    schema = json_schema(FaultPlan)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema["$id"] == "urn:agent-windtunnel:fault-plan"
    assert schema["title"] == "FaultPlan"
    assert schema["description"] == "What goes wrong in an episode."
    assert schema["properties"]["faults"]["description"] == (
        "In the order in which they stand around a call."
    )
    assert schema["$defs"]["Timeout"]["properties"]["after_s"]["description"] == (
        "Virtual seconds until the caller gives up."
    )
    assert schema["additionalProperties"] is False


def test_the_order_of_the_keys_is_fixed() -> None:
    schema = json_schema(FaultPlan)
    assert list(schema) == [
        "$schema", "$id", "title", "description", "type", "$defs", "additionalProperties",
        "properties", "required",
    ]  # fmt: skip
    assert list(schema["properties"]) == ["title", "faults"], "as a reader of the model sees them"
    assert list(schema["$defs"]) == ["Drift", "Timeout"]
    assert json.dumps(schema) == json.dumps(json_schema(FaultPlan))
