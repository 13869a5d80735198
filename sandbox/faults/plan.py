"""`FaultPlan`: the faults of one condition, in a YAML file or as a value in Python."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from pathlib import Path

from pydantic import ValidationError, model_validator
from pydantic_core import InitErrorDetails, PydanticCustomError

from sandbox.content.document import Loc, load_yaml
from sandbox.content.model import ContentModel, load_model
from sandbox.content.places import Places
from sandbox.content.suggest import did_you_mean
from sandbox.errors import ContentError
from sandbox.faults.advertised import fields_of
from sandbox.faults.changes import Change, EnumChanged, Renamed
from sandbox.faults.kinds import AnyFault, PlantedInjection, SchemaDrift
from sandbox.faults.kinds.planted_injection import PLACES
from sandbox.systems.operation import Operation


class FaultPlan(ContentModel):
    """Faults that act together: `FaultPlan(id="mine", faults=[TimeoutAfterCommit(nth=1)])`.

    The first stands outermost, next to the agent, the last next to the system.
    """

    id: str
    title: str = ""
    description: str = ""
    faults: list[AnyFault]

    @model_validator(mode="after")
    def _distinct_names(self) -> FaultPlan:
        names = [f.name for f in self.faults]
        twice: list[InitErrorDetails] = [
            {
                "type": PydanticCustomError(
                    "fault_name", "two faults are called {name}: give each an `id`",
                    {"name": repr(name)},
                ),
                "loc": ("faults", i),
                "input": name,
            }
            for i, name in enumerate(names)
            if name in names[:i]
        ]  # fmt: skip
        if twice:
            raise ValidationError.from_exception_data("FaultPlan", twice)
        return self


def load_plan(name: str, *, places: Places, near: Path | None = None) -> FaultPlan:
    """The fault plan called *name*; `ContentError` lists all that is wrong in its file."""
    return load_model(places.find("faults", name, near=near), FaultPlan)


def check_plan(path: Path, plan: FaultPlan, operations: Mapping[str, Operation]) -> None:
    """Raise `ContentError` where a fault names what the world has not, or cannot act there."""
    document = load_yaml(path, cache=True)
    problems = [
        document.problem(("faults", i, *loc), text)
        for i, fault in enumerate(plan.faults)
        for loc, text in _wrong(fault, operations)
    ]
    if problems:
        raise ContentError(problems)


def _wrong(fault: AnyFault, operations: Mapping[str, Operation]) -> Iterator[tuple[Loc, str]]:
    if isinstance(fault, PlantedInjection):
        system = PLACES[fault.place].partition("_")[0]
        if not any(o.system == system for o in operations.values()):
            yield ("place",), f"this world has no {system}, so no {fault.place} to plant a text in"
        return
    named = [o for name, o in operations.items() if fnmatchcase(name, fault.tool)]
    where: Loc = ("tool",) if "tool" in fault.model_fields_set else ("kind",)
    if not named:
        near = did_you_mean(fault.tool, list(operations))
        yield where, f"no tool matches {fault.tool!r}{near}"
    elif fault.applies_to != "any" and not any(o.kind == fault.applies_to for o in named):
        yield where, f"{fault.kind} acts on {fault.applies_to}s, and {fault.tool!r} is none"
    elif isinstance(fault, SchemaDrift):
        yield from _wrong_changes(fault, named)


def _wrong_changes(fault: SchemaDrift, named: list[Operation]) -> Iterator[tuple[Loc, str]]:
    """Changes of fields, or of values, that no answer of the *named* tools has."""
    known: dict[str, frozenset[str]] = {}
    closed = True
    for operation in named:
        fields = fields_of(operation.result_schema)
        closed &= fields.closed
        for name, values in fields.values.items():
            known[name] = known.get(name, frozenset()) | values
    for i, change in enumerate(fault.changes):
        loc: Loc = ("changes", i)
        near = did_you_mean(change.field, sorted(known))
        # Where there are maps (Stripe's metadata) any field may be, but a near miss is a slip.
        if change.field not in known and (closed or near):
            yield (*loc, "field"), f"no answer of {fault.tool!r} has {change.field!r}{near}"
        yield from _wrong_values(change, known.get(change.field, frozenset()), loc)
        if isinstance(change, Renamed):
            known[change.to] = known.get(change.field, frozenset())


def _wrong_values(change: Change, known: frozenset[str], loc: Loc) -> Iterator[tuple[Loc, str]]:
    if isinstance(change, EnumChanged) and known:
        for value in change.values:
            if value not in known:
                near = did_you_mean(value, sorted(known))
                yield (*loc, "values", value), f"{change.field!r} is never {value!r}{near}"
