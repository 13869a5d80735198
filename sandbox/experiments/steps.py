"""The steps of a conversation, read from its trace: one per tool call, with what came of it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sandbox.sim.trace import canonical

VOLATILE = frozenset({
    "idempotency_key", "request_id", "created", "created_at", "updated_at", "timestamp", "now",
    "cursor_ts",
})  # fmt: skip
"""Fields that differ between equal states: they are left out when two results are compared."""

ABANDONED = "abandoned"


@dataclass
class Step:
    """One tool call of a conversation; `number` counts from 1."""

    number: int
    call_id: str
    tool: str
    agent: str
    args: dict[str, Any]
    turn: int
    t: float
    write: bool = False
    result: Any = None
    error: str = ""
    """Error code, empty on success; `abandoned` where the caller did not wait for the answer."""
    effects: list[str] = field(default_factory=list)
    """Ids of the effects it committed."""
    state: str = ""
    """Canonical text of the rows it changed."""
    faults: list[str] = field(default_factory=list)
    """Faults that fired on it."""
    changed_by: list[str] = field(default_factory=list)
    """Those that changed what the caller saw."""
    target: str = ""
    """Target of its effect."""
    heard: bool = False
    """Whether the caller got an answer."""
    ended: float = 0.0
    """When it got it; while it has none, when it asked."""

    @property
    def args_key(self) -> str:
        """Arguments in normal form: sorted, volatile fields out, spaces folded."""
        return canonical(normal(self.args))

    @property
    def result_key(self) -> str:
        """Result (or error code) in normal form."""
        return f"!{self.error}" if self.error else canonical(normal(self.result))


def normal(value: Any) -> Any:
    """*value* without volatile fields, with runs of spaces folded."""
    if isinstance(value, Mapping):
        return {k: normal(v) for k, v in value.items() if k not in VOLATILE}
    if isinstance(value, list | tuple):
        return [normal(v) for v in value]
    if isinstance(value, str):
        return re.sub(r"\s+", " ", value).strip()
    return value


def steps_of(events: Iterable[Mapping[str, Any]], writes: frozenset[str]) -> list[Step]:
    """The steps in *events*; *writes* names the tools that write."""
    steps: list[Step] = []
    by_call: dict[str, Step] = {}
    for event in events:
        kind = event["type"]
        if kind == "tool_call":
            step = Step(
                len(steps) + 1, event["call"], event["tool"], event.get("agent", ""),
                _arguments(event.get("args")), int(event.get("turn", 0)), float(event["t"]),
                write=event["tool"] in writes, ended=float(event["t"]),
            )  # fmt: skip
            steps.append(step)
            by_call[step.call_id] = step
            continue
        found = by_call.get(str(event.get("call_id" if kind == "effect" else "call", "")))
        if found is not None:
            _add(found, kind, event)
    return steps


def _arguments(args: Any) -> dict[str, Any]:
    """*args* if they are an object, as they should be; the call that sent others was refused."""
    if isinstance(args, Mapping):
        return dict(args)
    return {} if args is None else {"arguments": args}


def _object(args: Any) -> dict[str, Any]:
    """The arguments of a call, which an agent may have made of anything."""
    return dict(args) if isinstance(args, Mapping) else {}


def _add(step: Step, kind: str, event: Mapping[str, Any]) -> None:
    match kind:
        case "tool_result" | "tool_error" if event.get("unheard"):
            if not step.heard:
                step.error = ABANDONED
        case "tool_result":
            step.heard, step.ended = True, float(event["t"])
            step.result = event.get("result")
        case "tool_error":
            step.heard, step.ended = True, float(event["t"])
            step.error = str(event.get("code") or event.get("error") or "error")
        case "effect":
            step.effects.append(str(event["id"]))
            step.target = str(event.get("target", ""))
            step.state += canonical(normal(event.get("changes", [])))
        case "fault_fired":
            step.faults.append(str(event["fault"]))
            if event.get("changed"):
                step.changed_by.append(str(event["fault"]))
        case _:
            pass
