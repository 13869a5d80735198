"""`sandbox show`."""

from __future__ import annotations

import json
from pathlib import Path

from pydantic import BaseModel
from rich.console import Console
from rich.syntax import Syntax

from sandbox.agents.known import KNOWN
from sandbox.cli.columns import print_line
from sandbox.cli.describing import (
    FAULT_KINDS,
    describe_agent,
    describe_fault_kind,
    describe_tool,
    describe_wait,
    describe_world,
)
from sandbox.content.places import KINDS, Places
from sandbox.content.schema import json_schema
from sandbox.content.suggest import did_you_mean
from sandbox.errors import UsageError
from sandbox.experiments.spec import ExperimentSpec
from sandbox.faults.plan import FaultPlan
from sandbox.personas.persona import Persona
from sandbox.systems.waiting import WAIT
from sandbox.worlds.definition import WorldFile
from sandbox.worlds.task import Task
from sandbox.worlds.world import World

SCHEMAS: dict[str, type[BaseModel]] = {
    "experiment": ExperimentSpec, "faults": FaultPlan, "persona": Persona, "task": Task,
    "world": WorldFile,
}  # fmt: skip


def show_command(name: str | None, *, schema: bool, lint: bool) -> int:
    """Show one definition, or a JSON Schema; with *lint* run a world's tasks through the lint."""
    if schema:
        return _schema(name)
    if name is None:
        raise UsageError("show what? give a name (see `sandbox list`), or --schema")
    places = Places()
    if lint:
        return _lint(name, places)
    console = Console()
    if name in (entry.name for entry in places.list("worlds")):
        describe_world(World.load(name, places=places), console)
    elif (path := _definition(name, places)) is not None:
        _show_file(path, console)
    elif name in KNOWN:
        describe_agent(name, KNOWN[name], console)
    elif name in FAULT_KINDS:
        describe_fault_kind(name, console)
    elif name == WAIT:
        describe_wait(console)
    else:
        _show_part(name, places, console)
    return 0


def _schema(kind: str | None) -> int:
    if kind is None:
        every = {name: json_schema(model) for name, model in SCHEMAS.items()}
        print(json.dumps(every, indent=2, ensure_ascii=False))  # noqa: T201
        return 0
    if kind not in SCHEMAS:
        raise UsageError(
            f"no schema for {kind!r}{did_you_mean(kind, list(SCHEMAS))}; "
            f"known: {', '.join(SCHEMAS)}"
        )
    print(json.dumps(json_schema(SCHEMAS[kind]), indent=2, ensure_ascii=False))  # noqa: T201
    return 0


def _definition(name: str, places: Places) -> Path | None:
    """The file of a persona, fault plan or experiment; `faults/bad_day` says which is meant."""
    for kind in KINDS:
        for entry in places.list(kind):
            if name in (entry.name, f"{kind}/{entry.name}"):
                return entry.path
    return None


def _show_part(name: str, places: Places, console: Console) -> None:
    """A task or a tool of a world: `refund_in_policy`, `retail_support/refund_in_policy`."""
    bare = name.rpartition("/")[2]
    known = [entry.name for kind in KINDS for entry in places.list(kind)]
    known += [*KNOWN, *FAULT_KINDS]
    for entry in places.list("worlds"):
        world = World.load(entry.name, places=places)
        for folder in world.folders:
            path = folder / "tasks" / f"{bare}.yaml"
            if path.is_file():
                _show_file(path, console)
                return
        if bare in world.operations:
            describe_tool(world.operations[bare], console)
            return
        known += [*world.tasks, *world.operations]
    raise UsageError(f"nothing is called {name!r}{did_you_mean(bare, known)}; see `sandbox list`")


def _show_file(path: Path, console: Console) -> None:
    text = path.read_text("utf-8")
    print_line(console, f"# {path}", "dim")
    if console.is_terminal:
        # Not wrapped by us: what is copied from here must be the file.
        console.print(Syntax("", "yaml").highlight(text), soft_wrap=True, end="")
    else:
        print(text, end="" if text.endswith("\n") else "\n")  # noqa: T201


def _lint(name: str, places: Places) -> int:
    from sandbox.experiments.lint import lint_world  # noqa: PLC0415 - brings the whole bench with it

    findings = lint_world(name, places=places)
    for finding in findings:
        print(finding)  # noqa: T201
    count = len(World.load(name, places=places).tasks)
    clean = f"{count} tasks: oracle, do-nothing, extra reads, hijack: all judged as they should be"
    print(clean if not findings else f"{len(findings)} findings")  # noqa: T201
    return 1 if findings else 0
