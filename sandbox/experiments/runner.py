"""Runs an experiment: episodes to workers, results to the folder, figures to the summary."""

from __future__ import annotations

import contextlib
import os
import platform
from collections.abc import Generator, Mapping
from pathlib import Path
from typing import Any, Protocol

from sandbox import __version__
from sandbox.content.places import Places
from sandbox.content.suggest import did_you_mean
from sandbox.errors import UsageError
from sandbox.experiments.bench import Bench
from sandbox.experiments.folder import EXPERIMENT, LOG, ResultsFolder
from sandbox.experiments.loading import load_experiment, narrowed
from sandbox.experiments.matrix import EpisodePlan
from sandbox.experiments.matrix import episodes as episodes_of
from sandbox.experiments.records import EpisodeResult
from sandbox.experiments.results import Results
from sandbox.experiments.setup import Setup
from sandbox.experiments.spec import ExperimentSpec
from sandbox.experiments.summary import summarise
from sandbox.experiments.supervisor import Supervisor
from sandbox.experiments.twins import with_twins
from sandbox.llm.prices import load_prices
from sandbox.sim.kernel import run_in_thread
from sandbox.sim.realtime import wall_iso
from sandbox.worlds.world import World


class Progress(Protocol):
    """Who watches a run."""

    def start(self, total: int, done: int) -> None:
        """The run begins: *total* episodes, *done* of them in an earlier run."""

    def episode(self, episode: EpisodeResult) -> None:
        """One episode has ended."""

    def stop(self) -> None:
        """The run has ended, one way or another."""


def run(
    spec: str | Path | ExperimentSpec,
    *,
    agents: Mapping[str, Any] | None = None,
    out: str | Path | None = None,
    seed: int | None = None,
    jobs: int | None = None,
    episodes: int | None = None,
    task: str | None = None,
    resume: bool = False,
    progress: Progress | None = None,
    cwd: Path | None = None,
) -> Results:
    """Run the experiment *spec* (a name, a file, or a model) and give back its results.

    *agents* replaces agents by name with factories of yours, as in a notebook: then everything runs
    in this process, where nobody can end a busy loop but you. Otherwise *jobs* worker processes
    (default: one per core) share the episodes. Ctrl-C keeps what is done: the results then say
    `complete: false`. Bad input raises `UsageError`.
    """
    cwd = (cwd or Path.cwd()).absolute()
    places = Places(cwd)
    loaded, near = load_experiment(spec, places, own_agents=frozenset(agents or ()))
    _check_own(loaded, agents or {})
    loaded = narrowed(loaded, seed=seed, episodes=episodes, task=task)
    world = World.load(loaded.world, places=places, near=near)
    plans = episodes_of(loaded, _tasks(loaded, world))
    folder = _folder(loaded, out, resume=resume, cwd=cwd)
    setup = Setup(loaded, near, cwd, folder.path, logs=True)
    done = _done(folder, setup) if resume else []
    if not done:
        folder.write_experiment(_header(setup))
    return _Run(setup, folder, plans, progress).go(done, jobs or os.cpu_count() or 1, agents)


class _Run:
    """One run: what is done so far, and the files it goes to."""

    def __init__(
        self,
        setup: Setup,
        folder: ResultsFolder,
        plans: list[EpisodePlan],
        progress: Progress | None,
    ) -> None:
        self._setup = setup
        self._folder = folder
        self._plans = plans
        self._progress = progress

    def go(self, done: list[EpisodeResult], jobs: int, agents: Mapping[str, Any] | None) -> Results:
        ended = {e.id: e for e in done}
        waiting = [p for p in self._plans if p.id not in ended]
        if self._progress:
            self._progress.start(len(self._plans), len(ended))
        stream = self._inside(waiting, agents) if agents else self._outside(waiting, jobs)
        try:
            with contextlib.closing(stream):
                for episode in stream:
                    ended[episode.id] = episode
                    self._folder.add(episode)
                    if self._progress:
                        self._progress.episode(episode)
        except KeyboardInterrupt:
            pass  # what is done is kept; the summary says that it is not complete
        finally:
            if self._progress:
                self._progress.stop()
            self._folder.close()
        return self._finish(ended)

    def _outside(self, waiting: list[EpisodePlan], jobs: int) -> Generator[EpisodeResult]:
        with Supervisor(self._setup, jobs=max(1, jobs)) as supervisor:
            yield from supervisor.run(waiting)

    def _inside(
        self, waiting: list[EpisodePlan], agents: Mapping[str, Any]
    ) -> Generator[EpisodeResult]:
        bench = run_in_thread(lambda: Bench(self._setup, own_agents=agents))
        for plan in waiting:
            yield run_in_thread(lambda plan=plan: bench.run(plan))  # type: ignore[misc]

    def _finish(self, ended: Mapping[str, EpisodeResult]) -> Results:
        spec = self._setup.spec
        ordered = [ended[p.id] for p in self._plans if p.id in ended]
        ordered = with_twins(spec, ordered)
        summary = summarise(
            spec, ordered, version=__version__, prices_as_of=load_prices().as_of,
            complete=len(ordered) == len(self._plans),
        )  # fmt: skip
        self._folder.finish(ordered, summary)
        self._drop_empty_log()
        results = Results(self._folder.path, summary, tuple(ordered))
        from sandbox.experiments.report import write_reports  # noqa: PLC0415 - jinja2 is heavy

        write_reports(results)
        return results

    def _drop_empty_log(self) -> None:
        log = self._folder.path / LOG
        if log.is_file() and not log.stat().st_size:
            log.unlink()


def _check_own(spec: ExperimentSpec, agents: Mapping[str, Any]) -> None:
    names = [agent.name for agent in spec.agents]
    for name in agents:
        if name not in names:
            choices = did_you_mean(name, names) or f"; it has {', '.join(names)}"
            raise UsageError(f"experiment {spec.id!r} has no agent called {name!r}{choices}")


def _tasks(spec: ExperimentSpec, world: World) -> list[str]:
    return sorted(world.tasks) if spec.tasks == "all" else list(spec.tasks)


def _folder(
    spec: ExperimentSpec, out: str | Path | None, *, resume: bool, cwd: Path
) -> ResultsFolder:
    if not resume:
        return ResultsFolder.create(cwd / out if out else None, spec.id, cwd=cwd)
    if out is None:
        raise UsageError("--resume needs --out DIR: which results shall go on?")
    if not (cwd / out).exists():
        return ResultsFolder.create(cwd / out, spec.id, cwd=cwd)
    return ResultsFolder.open(cwd / out)


def _done(folder: ResultsFolder, setup: Setup) -> list[EpisodeResult]:
    """The episodes of an earlier run of the same experiment; of another one, an error."""
    if not (folder.path / EXPERIMENT).is_file():
        return []
    if folder.experiment()["spec"] != setup.spec.model_dump(mode="json"):
        raise UsageError(
            f"{folder.path} holds results of another experiment (or of an older version of this "
            "one): resume with the same spec, seed, --episodes and --task, or choose another --out"
        )
    return [e for e in folder.episodes() if e.verdict != "invalid"]


def _header(setup: Setup) -> dict[str, Any]:
    return {
        "spec": setup.spec.model_dump(mode="json"),
        "near": str(setup.near),
        "cwd": str(setup.cwd),
        "sandbox_version": __version__,
        "python": platform.python_version(),
        "started": wall_iso(),
    }
