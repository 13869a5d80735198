"""Replay: run episodes of a results folder again; `identical`, or where they first differ."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from typing import Any

from sandbox.content.suggest import did_you_mean
from sandbox.errors import UsageError
from sandbox.experiments.bench import Bench
from sandbox.experiments.folder import TRACES, ResultsFolder
from sandbox.experiments.loading import check_setup
from sandbox.experiments.matrix import EpisodePlan
from sandbox.experiments.matrix import episodes as episodes_of
from sandbox.experiments.records import EpisodeResult
from sandbox.experiments.setup import Setup
from sandbox.experiments.spec import ExperimentSpec
from sandbox.experiments.supervisor import Supervisor
from sandbox.sim.kernel import run_in_thread


@dataclass(frozen=True)
class Replay:
    """What became of one episode when it was run again."""

    episode: str
    identical: bool
    difference: str = ""
    """The first event that differs, before and now; or how far the two can be compared."""

    def __str__(self) -> str:
        words = ["identical"] if self.identical else []
        return f"{self.episode}: {', '.join(words + [self.difference] * bool(self.difference))}"


def replay(
    folder: str | Path,
    episode: str | None = None,
    *,
    agents: Mapping[str, Any] | None = None,
    jobs: int | None = None,
    on_replay: Callable[[Replay], None] = lambda _: None,
) -> list[Replay]:
    """Run *episode* of the results in *folder* again (None: all of them); one `Replay` for each.

    Agents that a notebook defined are handed in as *agents*, as to `run`. An unknown episode, or a
    folder without results, raises `UsageError`.
    """
    results = ResultsFolder.open(Path(folder).absolute())
    stored = {e.id: e for e in results.episodes()}
    if episode is not None and episode not in stored:
        raise UsageError(f"no episode {episode!r} in {folder}{did_you_mean(episode, stored)}")
    wanted = list(stored) if episode is None else [episode]
    out = []
    with tempfile.TemporaryDirectory(prefix="sandbox-replay-") as scratch:
        again = Path(scratch)
        (again / TRACES).mkdir()
        setup = _setup(results.experiment(), again)
        plans = _plans(setup.spec, [stored[w] for w in wanted])
        for new in _run(setup, plans, agents, jobs or os.cpu_count() or 1):
            found = _compared(stored[new.id], new, results, again)
            out.append(found)
            on_replay(found)
    order = {name: n for n, name in enumerate(wanted)}
    return sorted(out, key=lambda r: order[r.episode])


def _setup(header: dict[str, Any], folder: Path) -> Setup:
    before = Path(header["cwd"])
    cwd = before if before.is_dir() else Path.cwd()  # results may come from another machine
    setup = Setup(ExperimentSpec.model_validate(header["spec"]), Path(header["near"]), cwd, folder)
    check_setup(setup)
    return setup


def _plans(spec: ExperimentSpec, stored: Sequence[EpisodeResult]) -> list[EpisodePlan]:
    """The stored episodes as plans; task and persona stand in their conversations."""
    names = {e.id for e in stored}
    tasks = {u.episode: u.task for e in stored for u in e.conversations}
    plans = [p for p in episodes_of(spec, [""]) if p.id in names]
    return [
        p if spec.traffic else EpisodePlan(**{**p.__dict__, "task": tasks.get(p.id, "")})
        for p in plans
    ]


def _run(
    setup: Setup, plans: list[EpisodePlan], agents: Mapping[str, Any] | None, jobs: int
) -> Iterator[EpisodeResult]:
    if agents:
        bench = run_in_thread(lambda: Bench(setup, own_agents=agents))
        for plan in plans:
            yield run_in_thread(lambda plan=plan: bench.run(plan))  # type: ignore[misc]
        return
    with Supervisor(setup, jobs=min(jobs, len(plans) or 1)) as supervisor:
        yield from supervisor.run(plans)


def _compared(
    old: EpisodeResult, new: EpisodeResult, results: ResultsFolder, again: Path
) -> Replay:
    name = f"{TRACES}/{old.id}.jsonl"
    before, now = results.path / name, again / name
    if not before.is_file() or not now.is_file():
        return Replay(old.id, False, f"there is no trace to compare with: {old.detail}")
    whole = bool(old.trace_digest and new.trace_digest)
    difference = first_difference(before, now, whole=whole)
    if difference:
        return Replay(old.id, False, difference)
    if old.trace_digest and not new.trace_digest:
        return Replay(old.id, False, f"was whole, and is cut off now: {new.detail}")
    if not whole:
        cut = old if not old.trace_digest else new
        return Replay(old.id, True, f"as far as it goes: {_cut_off(cut)} depends on real time")
    if old.trace_digest != new.trace_digest:
        return Replay(old.id, False, "the same events, but not the digest in episodes.jsonl")
    if old.schedule_digest != new.schedule_digest:
        return Replay(
            old.id,
            False,
            "same events, but another schedule: callbacks ran in another order or number",
        )
    return Replay(old.id, True)


def _cut_off(episode: EpisodeResult) -> str:
    return "an invalid episode" if episode.verdict == "invalid" else episode.outcome


def first_difference(before: Path, now: Path, *, whole: bool = True) -> str:
    """The first event in which two trace files differ, in words; empty: there is none.

    Of traces that were cut off (not *whole*) the common beginning is compared.
    """
    events = zip_longest if whole else zip
    with before.open("rb") as a, now.open("rb") as b:
        for number, (x, y) in enumerate(events(a, b)):
            cut = not whole and not (x.endswith(b"\n") and y.endswith(b"\n"))
            if x != y and not cut:
                return (
                    f"first differs at event {number}:\n  before: {_shown(x)}\n"
                    f"  now:    {_shown(y)}"
                )
    return ""


def _shown(line: bytes | None) -> str:
    if line is None:
        return "(no event)"
    try:
        event = json.loads(line)
    except ValueError:
        return line.decode(errors="replace").strip()[:300]
    if not isinstance(event, dict):
        return str(event)[:300]
    head = f"t={event.pop('t', '?')} {event.pop('type', '?')} "
    return (head + json.dumps(event, ensure_ascii=False))[:400]
