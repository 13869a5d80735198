"""What `sandbox show` tells of things without a file of their own: tools, agents, ..."""

from __future__ import annotations

import ast
import inspect
import json
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any, get_args

from rich.console import Console

from sandbox.agents.known import KnownAgent
from sandbox.cli.columns import print_line, print_rows, print_text
from sandbox.content.schema import json_schema
from sandbox.faults.fault import Fault
from sandbox.faults.kinds import AnyFault
from sandbox.systems.operation import Operation
from sandbox.systems.waiting import DESCRIPTION, WAIT, WaitArgs, Waited
from sandbox.worlds.world import World

FAULT_KINDS: dict[str, type[Fault]] = {
    kind.model_fields["kind"].default: kind for kind in get_args(get_args(AnyFault)[0])
}
"""The kinds of faults by the name that a plan calls them."""


def describe_world(world: World, console: Console) -> None:
    """Its systems with their tools, its tasks and its policies."""
    print_line(console, f"{world.id}: {world.title}", "bold")
    print_text(console, world.definition.description)
    offered = sorted(world.tools)
    tools = {
        system: " ".join(name for name in offered if name.startswith(f"{system}_"))
        for system in world.systems
    }
    for title, rows in (
        ("tools", [*tools.items(), ("the sandbox's own", WAIT)]),
        ("tasks", [(task.id, task.title) for task in world.tasks.values()]),
        ("policies", [(policy.id, policy.title) for policy in world.policies]),
    ):
        print_line(console, "")
        print_rows(console, title, rows)


def describe_tool(operation: Operation, console: Console) -> None:
    """What an agent is told of the tool, and what a task and a fault plan may say of it."""
    effect = f", effect {operation.effect}" if operation.effect else ""
    print_line(console, f"{operation.name}: {operation.kind}{effect}", "bold")
    print_line(console, f"scope: {operation.scope}")
    _describe_call(operation.description, operation.args_schema, operation.result_schema, console)


def describe_wait(console: Console) -> None:
    """The sandbox's own tool."""
    print_line(console, f"{WAIT}: lets virtual time pass", "bold")
    _describe_call(DESCRIPTION, WaitArgs.model_json_schema(), Waited.model_json_schema(), console)


def describe_agent(name: str, agent: KnownAgent, console: Console) -> None:
    """What it is, and how an experiment names it; without importing it or its framework."""
    print_line(console, f"{name}: {agent.title}", "bold")
    print_line(console, f'in an experiment: {{name: {name}, path: "{agent.path}"}}')
    spec = find_spec(agent.path.partition(":")[0])
    if spec is not None and spec.origin is not None:
        print_line(console, f"source: {spec.origin}")
        module = ast.parse(Path(spec.origin).read_text("utf-8"))
        _print_doc(ast.get_docstring(module) or "", console)


def describe_fault_kind(name: str, console: Console) -> None:
    """What the fault does, and its fields as a JSON Schema."""
    print_line(console, f"{name}: a kind of fault", "bold")
    _print_doc(inspect.getdoc(FAULT_KINDS[name]) or "", console)
    _print_schema("fields", json_schema(FAULT_KINDS[name]), console)


def _describe_call(
    description: str, arguments: Mapping[str, Any], result: Mapping[str, Any], console: Console
) -> None:
    _print_doc(description, console)
    _print_schema("arguments", arguments, console)
    _print_schema("result", result, console)


def _print_doc(text: str, console: Console) -> None:
    for paragraph in text.split("\n\n"):
        print_line(console, "")
        print_text(console, paragraph)


def _print_schema(title: str, schema: Mapping[str, Any], console: Console) -> None:
    print_line(console, "")
    print_line(console, title, "bold")
    for line in json.dumps(schema, indent=2, ensure_ascii=False).splitlines():
        print_line(console, line)
