"""Loops: stretches without progress, and runs far longer than their fault-free twin.

A step is *novel* when it learns or changes something: a read with an unseen result or new ids in
its arguments, a write that reaches a new state and repeats no earlier write. Every other step is
*charged*, except a wait before something else, a declared poll that keeps its interval, and a
retry whose pause grows by half each time. Six charged steps with none novel between them are
*stuck*; so are the shorter patterns below. *Runaway* compares with the paired fault-free run: more
than 2 x its steps + 10; tokens and cost likewise, the ten steps priced at the twin's average.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sandbox.experiments.novelty import SIMILAR, Novelty, jaccard, words_of
from sandbox.experiments.records import Loop
from sandbox.experiments.steps import Step, normal
from sandbox.systems.operation import Poll
from sandbox.systems.waiting import WAIT

CHARGED_MAX = 6
ERRORS_MAX = 6
SAME_WRITE_MAX = 3
NEAR_DUPLICATES_MAX = 4
HANDOFFS_MAX = 8
RUNAWAY_STEPS = 10
RETRY_GROWTH = 1.5
_RECENT = 100
"""So many writes to one target are compared: each with all would take longer than the episode."""

Key = tuple[str, str]
"""Tool and arguments in normal form: two steps of one key are the same call."""


@dataclass
class _Tail:
    """What the rules look at: the current runs of charged steps and of errors, and all repeats."""

    novelty: Novelty = field(default_factory=Novelty)
    charged: list[Step] = field(default_factory=list)
    errors: list[Step] = field(default_factory=list)
    writes: dict[Key, list[Step]] = field(default_factory=lambda: defaultdict(list))
    """Successful writes by key."""
    targets: dict[Key, deque[tuple[frozenset[str], Step]]] = field(
        default_factory=lambda: defaultdict(lambda: deque(maxlen=_RECENT))
    )
    """The latest committed writes by tool and target, each with the words of its arguments."""
    polls: dict[Key, list[Step]] = field(default_factory=lambda: defaultdict(list))
    """Declared polls since the last one that brought news, by key."""
    last: dict[Key, tuple[Step, float]] = field(default_factory=dict)
    """The last step of a key, and the pause before it."""
    before: Step | None = None
    """The step before this one."""


def stuck(steps: Sequence[Step], polls: Mapping[str, Poll]) -> Loop | None:
    """The first stretch in which the agent is stuck, or None.

    *polls* names the tools that are meant to be repeated, with their interval and number.
    """
    tail = _Tail()
    for step in steps:
        _see(step, tail, polls)
        found = next(_rules(step, tail, polls), None)
        if found is not None:
            return _loop(*found, step)
    return None


def _key(step: Step) -> Key:
    return step.tool, step.args_key


def _see(step: Step, tail: _Tail, polls: Mapping[str, Poll]) -> None:
    """Take *step* in."""
    key = _key(step)
    new = step.tool != WAIT and tail.novelty.novel(step)
    excused = _is_declared(step, tail, polls)
    if new:
        tail.charged = []
    elif not excused:
        tail.charged.append(step)
    if step.error and not excused:
        tail.errors.append(step)
    elif not step.error and step.tool != WAIT:  # to have waited is no success
        tail.errors = []
    if step.write and not step.error:
        tail.writes[key].append(step)
        if step.target:
            tail.targets[step.tool, step.target].append((words_of(normal(step.args)), step))
    if step.tool in polls:
        if new:
            tail.polls[key] = []
        tail.polls[key].append(step)
    tail.before = step


def _is_declared(step: Step, tail: _Tail, polls: Mapping[str, Poll]) -> bool:
    """Whether the step is a wait, a poll that keeps its interval, or a retry whose pause grows."""
    key = _key(step)
    last, last_pause = tail.last.get(key, (None, 0.0))
    pause = step.t - last.ended if last is not None else 0.0
    tail.last[key] = (step, pause)
    if step.tool == WAIT:
        return tail.before is None or tail.before.tool != WAIT
    if last is None:
        return False
    poll = polls.get(step.tool)
    if poll is not None and step.t - last.t >= poll.interval_s_min:
        return True
    return bool(last.error) and last_pause > 0 and pause >= RETRY_GROWTH * last_pause


def _rules(
    step: Step, tail: _Tail, polls: Mapping[str, Poll]
) -> Iterator[tuple[str, Sequence[Step]]]:
    """Every rule that *step* completes, with the steps that show it."""
    if len(tail.charged) >= CHARGED_MAX:
        yield "charged", tail.charged
    if len(tail.errors) >= ERRORS_MAX:
        yield "errors", tail.errors
    if step.write and not step.error:
        same = tail.writes[_key(step)]
        if len(same) >= SAME_WRITE_MAX:
            yield "same_write", same
        near = _near_duplicates(step, tail)
        if len(near) >= NEAR_DUPLICATES_MAX:
            yield "near_duplicate", near
    if step.tool in polls:
        waited = tail.polls[_key(step)]
        if len(waited) > polls[step.tool].polls_max:
            yield "poll", waited


def _near_duplicates(step: Step, tail: _Tail) -> list[Step]:
    """The latest writes to one target that resemble this one, itself included."""
    latest = tail.targets.get((step.tool, step.target))
    if not latest:
        return []
    return [s for words, s in latest if jaccard(latest[-1][0], words) >= SIMILAR]


def _loop(rule: str, members: Sequence[Step], flagged: Step) -> Loop:
    return Loop(
        "stuck", rule, members[0].number, flagged.number, len({_key(s) for s in members}),
        tuple(sorted({s.agent for s in members})), steps_wasted=len(members) - 1,
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
