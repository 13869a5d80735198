from __future__ import annotations

import json
import statistics
from typing import Annotated, ClassVar

import pytest
from pydantic import BaseModel, Field

from sandbox.errors import UsageError
from sandbox.systems.operation import Latency, Poll, operations_of, read, write
from sandbox.systems.system import System


class Thing(BaseModel):
    """A thing."""

    id: str
    """Its number."""
    title: str | None = None


class Shelf(System):
    """Things."""

    name: ClassVar[str] = "shelf"
    ddl: ClassVar[str] = ""

    @write("shelf:things:write", effect="put", target="thing_id", key_args=("count",))
    def put(
        self, thing_id: str, count: Annotated[int, Field(ge=1, description="How many.")] = 1
    ) -> Thing:
        """Put things on the shelf.

        They stay there.
        """
        return Thing(id=thing_id, title=str(count))

    @read("shelf:things:read", poll=Poll(interval_s_min=5, polls_max=2))
    def find(self, text: str, *, exact: bool = False) -> list[Thing]:
        """Find things."""
        return [Thing(id=text)] if exact else []

    def helper(self) -> None:
        """No operation."""


class TallShelf(Shelf):
    """A shelf that overrides."""

    name: ClassVar[str] = "tall"

    @read("tall:things:read")
    def find(self, text: str, *, exact: bool = True) -> list[Thing]:
        """Find things higher up."""
        return super().find(text, exact=exact)


def test_operations_come_in_the_order_of_the_class_with_names_of_their_system() -> None:
    put, find = operations_of(Shelf)
    assert (put.name, put.kind, put.effect, put.target, put.key_args) == (
        "shelf_put", "write", "put", "thing_id", ("count",),
    )  # fmt: skip
    assert (find.name, find.kind, find.poll) == ("shelf_find", "read", Poll(5, 2))
    assert put.description == "Put things on the shelf.\n\nThey stay there."
    assert put.fields == ("thing_id", "count")


def test_an_overridden_operation_keeps_its_place_and_takes_the_new_options() -> None:
    put, find = operations_of(TallShelf)
    assert (put.name, find.name, find.scope) == ("tall_put", "tall_find", "tall:things:read")
    assert find.description == "Find things higher up."


def test_the_models_of_a_class_are_made_once() -> None:
    assert operations_of(Shelf) is operations_of(Shelf)
    assert operations_of(Shelf) is not operations_of(TallShelf)


def test_the_signature_is_the_schema() -> None:
    put, find = operations_of(Shelf)
    assert put.args_schema == {
        "type": "object",
        "additionalProperties": False,
        "properties": {
            "thing_id": {"type": "string"},
            "count": {"default": 1, "description": "How many.", "minimum": 1, "type": "integer"},
        },
        "required": ["thing_id"],
    }
    assert find.result_schema["type"] == "array"


def test_a_property_called_title_survives_the_removal_of_titles() -> None:
    put, _ = operations_of(Shelf)
    assert set(put.result_schema["properties"]) == {"id", "title"}
    assert "title" not in put.result_schema


@pytest.mark.parametrize(("median", "p95"), [(0.0, 1.0), (2.0, 1.0), (-1.0, 1.0)])
def test_a_latency_that_cannot_be_is_refused(median: float, p95: float) -> None:
    with pytest.raises(UsageError, match="0 < median_s <= p95_s"):
        Latency(median, p95)


def test_a_latency_has_the_quantiles_it_is_named_by() -> None:
    latency = Latency(0.2, 1.0)
    assert latency.draw_s(0.5) == pytest.approx(0.2)
    assert latency.draw_s(0.95) == pytest.approx(1.0)
    draws = [latency.draw_s(n / 1000) for n in range(1000)]
    assert draws == sorted(draws)
    assert 0 < draws[0] < draws[-1] < float("inf")
    assert statistics.median(draws) == pytest.approx(0.2, rel=0.01)


def test_schemas_are_plain_json() -> None:
    for operation in operations_of(Shelf):
        for schema in (operation.args_schema, operation.result_schema):
            assert json.loads(json.dumps(schema)) == schema
