"""`FaultPlan`: the faults of one condition. The YAML file is this model; in Python it is a value."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from pathlib import Path

from pydantic import model_validator

from sandbox.content.document import load_yaml
from sandbox.content.model import ContentModel, load_model
from sandbox.content.places import Places
from sandbox.content.suggest import did_you_mean
from sandbox.errors import ContentError
from sandbox.faults.kinds import AnyFault
from sandbox.systems.operation import Operation


class FaultPlan(ContentModel):
    """Faults that act together; `FaultPlan(id="mine", title="...", faults=[TimeoutAfterCommit(...)])`."""

    id: str
    title: str = ""
    description: str = ""
    faults: list[AnyFault]

    @model_validator(mode="after")
    def _distinct_names(self) -> FaultPlan:
        names = [f.name for f in self.faults]
        twice = next((n for n in names if names.count(n) > 1), None)
        if twice is not None:
            raise ValueError(f"two faults are called {twice!r}: give each an `id`")
        return self


def load_plan(name: str, *, places: Places, near: Path | None = None) -> FaultPlan:
    """The fault plan called *name*; `ContentError` lists all that is wrong in its file."""
    return load_model(places.find("faults", name, near=near), FaultPlan)


def check_plan(path: Path, plan: FaultPlan, operations: Mapping[str, Operation]) -> None:
    """Raise `ContentError` where a fault names a tool that does not exist, or that it cannot act on."""
    document = load_yaml(path, cache=True)
    problems = [
        document.problem(("faults", i, "tool") if f.tool != "*" else ("faults", i, "kind"), text)
        for i, f in enumerate(plan.faults)
        for text in _wrong(f, operations)
    ]
    if problems:
        raise ContentError(problems)


def _wrong(fault: AnyFault, operations: Mapping[str, Operation]) -> Iterator[str]:
    if fault.kind == "planted_injection":
        return
    named = [o for name, o in operations.items() if fnmatchcase(name, fault.tool)]
    if not named:
        yield f"no tool matches {fault.tool!r}{did_you_mean(fault.tool, list(operations))}"
    elif fault.applies_to != "any" and not any(o.kind == fault.applies_to for o in named):
        yield f"{fault.kind} acts on {fault.applies_to}s, and {fault.tool!r} is none"
