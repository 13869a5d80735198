"""Loads an experiment and checks it against everything that it names, before anything runs."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from sandbox.agents.loading import check_agent_path
from sandbox.content.document import Document, Loc, load_yaml, parse_yaml
from sandbox.content.model import validate
from sandbox.content.places import Places
from sandbox.content.suggest import did_you_mean
from sandbox.errors import AgentLoadError, ContentError, MissingExtra, Problem, UsageError
from sandbox.experiments.metrics import METRICS
from sandbox.experiments.setup import Setup
from sandbox.experiments.spec import Condition, ExperimentSpec
from sandbox.faults.plan import check_plan, load_plan
from sandbox.llm.presets import load_model_name
from sandbox.personas.arrivals import load_profile
from sandbox.personas.load import load_persona
from sandbox.worlds.world import World

GATED = (*METRICS, "invalid_rate")


def load(name: str | Path, *, cwd: Path | None = None) -> ExperimentSpec:
    """The experiment called *name* (or in that file), checked; `UsageError` says what is wrong."""
    return load_experiment(name, Places(cwd))[0]


def load_experiment(
    spec: str | Path | ExperimentSpec,
    places: Places,
    *,
    own_agents: frozenset[str] = frozenset(),
) -> tuple[ExperimentSpec, Path]:
    """The checked experiment and the file it stands in; paths of *own_agents* are not looked at."""
    if isinstance(spec, ExperimentSpec):
        path, model = places.cwd / "experiment.yaml", spec
        # JSON is YAML: what is wrong with a spec made in Python has a place in it, too.
        text = json.dumps(spec.model_dump(mode="json"), indent=1)
        document = parse_yaml(text, f"experiment {spec.id} as JSON")
    else:
        path = places.find("experiments", str(spec))
        document = load_yaml(path)
        model = validate(document, ExperimentSpec)
    problems = list(_Checks(document, model, path, places, own_agents).problems())
    if problems:
        raise ContentError(problems)
    return model, path


def check_setup(setup: Setup) -> None:
    """Hold a stored experiment against what there is today; `UsageError` names what is gone."""
    places = Places(setup.cwd)
    world = World.load(setup.spec.world, places=places, near=setup.near)
    for condition in setup.spec.conditions:
        for name in condition.plans:
            path = places.find("faults", name, near=setup.near)
            check_plan(path, load_plan(name, places=places, near=setup.near), world.operations)


def narrowed(
    spec: ExperimentSpec, *, seed: int | None, episodes: int | None, task: str | None
) -> ExperimentSpec:
    """*spec* with what the command line says otherwise."""
    update: dict[str, Any] = {}
    if seed is not None:
        update["seed"] = seed
    if episodes is not None:
        update["episodes"] = episodes
    if task is not None:
        update["tasks"] = [task]
    try:
        return ExperimentSpec.model_validate({**spec.model_dump(), **update})
    except ValidationError as error:
        first = error.errors()[0]
        raise UsageError(f"--{first['loc'][0]}: {first['msg']}") from error


class _Checks:
    """Everything that an experiment names, held against what there is."""

    def __init__(
        self,
        document: Document,
        spec: ExperimentSpec,
        path: Path,
        places: Places,
        own_agents: frozenset[str],
    ) -> None:
        self.document = document
        self.spec = spec
        self.path = path
        self.places = places
        self.own_agents = own_agents

    def problems(self) -> Iterator[Problem]:
        """Every problem, of this file and of the content files that it names."""
        yield from self._names()
        yield from self._gates()
        for i, agent in enumerate(self.spec.agents):
            if agent.name not in self.own_agents:
                check = partial(check_agent_path, agent.path, near=self.path, cwd=self.places.cwd)
                yield from self._tried(("agents", i, "path"), check)
        yield from self._tried(("model",), lambda: load_model_name(self.spec.model))
        if self.spec.traffic is not None:
            profile = partial(load_profile, self.spec.traffic.profile, per_day=1.0)
            yield from self._tried(("traffic", "profile"), profile)
        yield from self._personas()
        yield from self._world()

    def _names(self) -> Iterator[Problem]:
        for key, names in (
            ("agents", [a.name for a in self.spec.agents]),
            ("conditions", [c.name for c in self.spec.conditions]),
        ):
            for i, name in enumerate(names):
                if name in names[:i]:
                    yield self.document.problem((key, i, "name"), f"duplicate name {name!r}")
        known = [a.name for a in self.spec.agents]
        for i, name in enumerate(self.spec.compare):
            if name not in known:
                text = f"no agent is called {name!r}{did_you_mean(name, known)}"
                yield self.document.problem(("compare", i), text)
        if self.spec.compare and len(self.spec.compare) != 2:
            yield self.document.problem(("compare",), "compare takes two agents")

    def _gates(self) -> Iterator[Problem]:
        for i, gate in enumerate(self.spec.gates):
            if gate.metric not in GATED:
                text = f"unknown metric {gate.metric!r}{did_you_mean(gate.metric, list(GATED))}"
                yield self.document.problem(("gates", i, "metric"), text)
            if gate.min is None and gate.max is None:
                yield self.document.problem(("gates", i), "a gate needs `min` or `max`")
            for key, names in (
                ("agent", [a.name for a in self.spec.agents]),
                ("condition", [c.name for c in self.spec.conditions]),
            ):
                name = getattr(gate, key)
                if "*" not in name and name not in names:
                    text = f"no {key} is called {name!r}{did_you_mean(name, names)}"
                    yield self.document.problem(("gates", i, key), text)

    def _personas(self) -> Iterator[Problem]:
        named: list[tuple[Loc, str]] = [
            (("personas", i), name) for i, name in enumerate(self.spec.personas)
        ]
        for c, condition in enumerate(self.spec.conditions):
            named += [
                (("conditions", c, "personas", i), n) for i, n in enumerate(condition.personas)
            ]
        if not self.spec.personas and not all(c.personas for c in self.spec.conditions):
            yield self.document.problem(("personas",), "at least one persona is needed")
        for loc, name in named:
            yield from self._tried(
                loc, partial(load_persona, name, places=self.places, near=self.path)
            )

    def _world(self) -> Iterator[Problem]:
        worlds: list[World] = []
        yield from self._tried(
            ("world",),
            lambda: worlds.append(World.load(self.spec.world, places=self.places, near=self.path)),
        )
        for world in worlds:
            if self.spec.tasks != "all":
                for i, name in enumerate(self.spec.tasks):
                    yield from self._tried(("tasks", i), partial(world.task, name))
            elif not world.tasks:
                yield self.document.problem(("world",), f"world {world.id!r} has no tasks")
            for c, condition in enumerate(self.spec.conditions):
                yield from self._faults(world, c, condition)

    def _faults(self, world: World, c: int, condition: Condition) -> Iterator[Problem]:
        one = isinstance(condition.faults, str)
        for i, name in enumerate(condition.plans):
            loc: Loc = ("conditions", c, "faults") if one else ("conditions", c, "faults", i)
            yield from self._tried(loc, partial(self._plan, name, world))

    def _plan(self, name: str, world: World) -> None:
        plan = load_plan(name, places=self.places, near=self.path)
        check_plan(self.places.find("faults", name, near=self.path), plan, world.operations)

    def _tried(self, loc: Loc, action: Callable[[], Any]) -> Iterator[Problem]:
        """The problems of *action*: another file's as they are, others at *loc* of this one."""
        try:
            action()
        except ContentError as error:
            yield from error.problems
        except MissingExtra:
            raise
        except (AgentLoadError, UsageError) as error:
            yield self.document.problem(loc, str(error))
