"""Loops: stretches without progress, and runs far longer than their fault-free twin.

A step is *novel* when it learns or changes something: a read with an unseen result or new ids in
its arguments, a write that reaches a new state and repeats no earlier write, a first hand-over
along an edge. Every other step is *charged*, except a declared poll that keeps its interval, a
new page, and a retry whose gap grows by half each time. Six charged steps in a row are *stuck*; so are the
shorter patterns below. *Runaway* compares with the paired fault-free run: more than
2 x its steps + 10; tokens and cost likewise, the ten steps priced at the twin's average.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sandbox.experiments.records import Loop
from sandbox.experiments.steps import Step
from sandbox.systems.operation import Poll

CHARGED_MAX = 6
ERRORS_MAX = 6
SAME_WRITE_MAX = 3
NEAR_DUPLICATES_MAX = 4
HANDOFFS_MAX = 8
RUNAWAY_STEPS = 10
RETRY_GROWTH = 1.5
SIMILAR = 0.7
"""Token Jaccard from which two free texts count as the same."""
_ID = re.compile(r"\d|_")
_WORD = re.compile(r"\w+")


@dataclass
class _Tail:
    """The current run of charged steps and of errors, and all that was seen before."""

    charged: list[Step] = field(default_factory=list)
    errors: list[Step] = field(default_factory=list)
    results: set[tuple[str, str]] = field(default_factory=set)
    ids: set[str] = field(default_factory=set)
    states: set[str] = field(default_factory=set)
    writes: Counter[tuple[str, str]] = field(default_factory=Counter)
    texts: dict[str, list[frozenset[str]]] = field(default_factory=lambda: defaultdict(list))
    targets: dict[tuple[str, str], list[Step]] = field(default_factory=lambda: defaultdict(list))
    polls: Counter[tuple[str, str]] = field(default_factory=Counter)
    last: dict[tuple[str, str], tuple[float, float]] = field(default_factory=dict)
    """Per (tool, args): time of the last call and the gap before it."""


def stuck(steps: Sequence[Step], polls: Mapping[str, Poll]) -> Loop | None:
    """The first stretch in which the agent is stuck, or None.

    *polls* names the tools that are meant to be repeated, with their interval and number.
    """
    tail = _Tail()
    for step in steps:
        rule = _see(step, tail, polls)
        if rule:
            return _loop(rule, step, tail)
    return None


def _see(step: Step, tail: _Tail, polls: Mapping[str, Poll]) -> str:
    """Take *step* in; the rule under which the agent is stuck now, or an empty text."""
    key = (step.tool, step.args_key)
    declared = _declared_wait(step, key, tail, polls)
    new = _novel(step, key, tail)
    tail.errors = [*tail.errors, step] if step.error else []
    if new:
        tail.charged = []
    elif not declared:
        tail.charged.append(step)
    poll = polls.get(step.tool)
    if step.write and not step.error:
        tail.writes[key] += 1
        if step.target:
            tail.targets[step.tool, step.target].append(step)
    rules = (
        ("charged", len(tail.charged) >= CHARGED_MAX),
        ("errors", len(tail.errors) >= ERRORS_MAX),
        ("same_write", step.write and not step.error and tail.writes[key] >= SAME_WRITE_MAX),
        ("near_duplicate", _near_duplicates(step, tail) >= NEAR_DUPLICATES_MAX),
        ("poll", poll is not None and tail.polls[key] > poll.polls_max),
    )
    return next((name for name, holds in rules if holds), "")


def _declared_wait(
    step: Step, key: tuple[str, str], tail: _Tail, polls: Mapping[str, Poll]
) -> bool:
    """Whether the step is a poll that keeps its interval, or a retry whose gap grows."""
    last_t, last_gap = tail.last.get(key, (None, 0.0))
    gap = step.t - last_t if last_t is not None else 0.0
    tail.last[key] = (step.t, gap)
    tail.polls[key] += 1
    if last_t is None or step.tool == "wait":
        return True
    poll = polls.get(step.tool)
    if poll is not None and gap >= poll.interval_s_min:
        return True
    return bool(tail.errors) and last_gap > 0 and gap >= RETRY_GROWTH * last_gap


def _novel(step: Step, key: tuple[str, str], tail: _Tail) -> bool:
    if step.error:
        seen = (step.tool, step.args_key + step.result_key)
        new = seen not in tail.results and not _similar(step, tail)
        tail.results.add(seen)
        return new
    if step.write:
        new = bool(step.state) and step.state not in tail.states and not tail.writes[key]
        tail.states.add(step.state)
        return new
    result = (step.tool, step.result_key)
    words = _ids(step.args)
    new = result not in tail.results or (bool(words - tail.ids) and not _similar(step, tail))
    tail.results.add(result)
    tail.ids |= words
    return new


def _ids(args: Any) -> set[str]:
    """The words of the arguments that look like ids, pages or cursors."""
    return {w for text in _leaves(args) for w in _WORD.findall(text) if _ID.search(w)}


def _similar(step: Step, tail: _Tail) -> bool:
    """Whether the free text of the arguments is near to a recent call of the same tool."""
    words = frozenset(w.casefold() for text in _leaves(step.args) for w in _WORD.findall(text))
    near = any(_jaccard(words, other) >= SIMILAR for other in tail.texts[step.tool][-8:])
    tail.texts[step.tool].append(words)
    return near


def _near_duplicates(step: Step, tail: _Tail) -> int:
    """How many writes to one target resemble this one, itself included."""
    if not (step.write and step.target) or step.error:
        return 0
    mine = _words(step)
    return sum(_jaccard(mine, _words(s)) >= SIMILAR for s in tail.targets[step.tool, step.target])


def _words(step: Step) -> frozenset[str]:
    return frozenset(w.casefold() for text in _leaves(step.args) for w in _WORD.findall(text))


def _jaccard(a: frozenset[str], b: frozenset[str]) -> float:
    return len(a & b) / len(a | b) if a or b else 1.0


def _leaves(value: Any) -> Iterable[str]:
    if isinstance(value, Mapping):
        for key in sorted(value):
            yield from _leaves(value[key])
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _leaves(item)
    elif value is not None:
        yield str(value)


def _loop(rule: str, step: Step, tail: _Tail) -> Loop:
    match rule:
        case "charged":
            members = tail.charged
        case "errors":
            members = tail.errors
        case "near_duplicate" | "same_write" if step.target:
            members = tail.targets[step.tool, step.target]
        case _:
            members = [step]
    distinct = {(s.tool, s.args_key) for s in members}
    return Loop(
        "stuck", rule, members[0].number, step.number, max(1, len(distinct)),
        tuple(sorted({s.agent for s in members})), steps_wasted=max(0, len(members) - 1),
    )  # fmt: skip


def stuck_in_handoffs(events: Iterable[Mapping[str, Any]]) -> Loop | None:
    """Eight hand-overs without a tool step between them: the members pass the task around."""
    run: list[Mapping[str, Any]] = []
    step = 0
    for event in events:
        if event["type"] == "tool_call":
            step += 1
            run = []
        elif event["type"] == "handoff":
            run.append(event)
            if len(run) >= HANDOFFS_MAX:
                edges = {(str(e.get("from")), str(e.get("to"))) for e in run}
                actors = sorted({name for edge in edges for name in edge})
                return Loop("stuck", "handoffs", step, step, len(edges), tuple(actors), len(run))
    return None


def runaway(
    steps: int, tokens: int, cost_usd: float, *, twin: tuple[int, int, float]
) -> Loop | None:
    """Whether a run went far beyond its fault-free *twin* (its steps, tokens, cost)."""
    base_steps, base_tokens, base_cost = twin
    slack = 2 + RUNAWAY_STEPS / max(1, base_steps)
    if steps > 2 * base_steps + RUNAWAY_STEPS:
        rule = "steps"
    elif base_tokens and tokens > slack * base_tokens:
        rule = "tokens"
    elif base_cost > 0 and cost_usd > slack * base_cost:
        rule = "cost"
    else:
        return None
    wasted = max(0, steps - base_steps)
    return Loop(
        "runaway", rule, base_steps + 1, steps, 0, (), wasted, max(0.0, cost_usd - base_cost)
    )
