"""`sandbox show`."""

from __future__ import annotations

import json
from pathlib import Path

from pydantic import BaseModel
from rich.console import Console
from rich.syntax import Syntax
from rich.table import Table

from sandbox.content.places import KINDS, Places
from sandbox.content.schema import json_schema
from sandbox.content.suggest import did_you_mean
from sandbox.errors import UsageError
from sandbox.experiments.spec import ExperimentSpec
from sandbox.faults.plan import FaultPlan
from sandbox.personas.persona import Persona
from sandbox.worlds.definition import WorldFile
from sandbox.worlds.task import Task
from sandbox.worlds.world import World

SCHEMAS: dict[str, type[BaseModel]] = {
    "experiment": ExperimentSpec, "faults": FaultPlan, "persona": Persona, "task": Task,
    "world": WorldFile,
}  # fmt: skip


def show_command(name: str | None, *, schema: str | None, lint: bool) -> int:
    """Show one definition, or a JSON Schema; with *lint* run a world's tasks through the lint."""
    if schema is not None:
        return _schema(schema)
    if name is None:
        raise UsageError("show what? give a name (see `sandbox list`), or --schema KIND")
    places = Places()
    worlds = [e.name for e in places.list("worlds")]
    if lint:
        return _lint(name, places)
    if name in worlds:
        return _world(World.load(name, places=places), Console())
    for kind in KINDS:
        for entry in places.list(kind):
            if name in (entry.name, f"{kind}/{entry.name}"):
                return _file(entry.path)
    return _part(name, worlds, places)


def _schema(kind: str) -> int:
    if kind not in SCHEMAS:
        raise UsageError(
            f"no schema for {kind!r}{did_you_mean(kind, list(SCHEMAS))}; "
            f"known: {', '.join(SCHEMAS)}"
        )
    print(json.dumps(json_schema(SCHEMAS[kind]), indent=2, ensure_ascii=False))  # noqa: T201
    return 0


def _part(name: str, worlds: list[str], places: Places) -> int:
    """A task or a tool of a world: `refund_in_policy`, `retail_support/refund_in_policy`."""
    bare = name.rpartition("/")[2]
    known = [e.name for kind in KINDS for e in places.list(kind)]
    for world_name in worlds:
        world = World.load(world_name, places=places)
        for folder in world.folders:
            path = folder / "tasks" / f"{bare}.yaml"
            if path.is_file():
                return _file(path)
        operation = world.operations.get(bare)
        if operation is not None:
            shown = {
                "name": operation.name, "kind": operation.kind, "effect": operation.effect,
                "scope": operation.scope, "description": operation.description,
                "arguments": operation.args_schema, "result": operation.result_schema,
            }  # fmt: skip
            print(json.dumps(shown, indent=2, ensure_ascii=False))  # noqa: T201
            return 0
        known += [*world.tasks, *world.operations]
    raise UsageError(f"nothing is called {name!r}{did_you_mean(bare, known)}; see `sandbox list`")


def _file(path: Path) -> int:
    console = Console()
    text = path.read_text("utf-8")
    console.print(f"# {path}", markup=False, highlight=False, soft_wrap=True)
    if console.is_terminal:
        console.print(Syntax(text, "yaml", background_color="default"))
    else:
        print(text, end="")  # noqa: T201
    return 0


def _world(world: World, console: Console) -> int:
    console.print(f"{world.id}: {world.title}", markup=False, highlight=False)
    if world.definition.description:
        console.print(world.definition.description, markup=False, highlight=False)
    console.print(f"systems: {', '.join(world.systems)}", highlight=False)
    console.print(f"tools offered to the agent: {len(world.tools)}", highlight=False)
    for title, rows in (
        ("tasks", [(t.id, t.title) for t in world.tasks.values()]),
        ("policies", [(p.id, p.title) for p in world.policies]),
    ):
        table = Table(
            title=title, title_justify="left", box=None, pad_edge=False, show_header=False
        )
        table.add_column(style="bold", no_wrap=True)
        table.add_column()
        for row in rows:
            table.add_row(f"  {row[0]}", row[1])
        console.print(table)
    return 0


def _lint(name: str, places: Places) -> int:
    from sandbox.experiments.lint import lint_world  # noqa: PLC0415 - brings the whole bench with it

    findings = lint_world(name, places=places)
    for finding in findings:
        print(finding)  # noqa: T201
    count = len(World.load(name, places=places).tasks)
    clean = f"{count} tasks: oracle, do-nothing, extra reads, hijack: all judged as they should be"
    print(clean if not findings else f"{len(findings)} findings")  # noqa: T201
    return 1 if findings else 0
