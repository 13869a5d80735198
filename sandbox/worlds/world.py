"""`World`: a loaded company definition, checked as a whole before anything runs.

A world is a folder: `world.yaml`, `tasks/*.yaml`, `articles/*.md`, the agents' instructions. A
world that `extends` another adds to it; what it defines under the same name takes its place.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from fnmatch import fnmatchcase
from functools import cached_property
from pathlib import Path

from sandbox.content.places import Places
from sandbox.content.suggest import did_you_mean
from sandbox.errors import UsageError
from sandbox.sim.seeds import Seeds
from sandbox.systems.operation import Operation
from sandbox.systems.store import Store
from sandbox.systems.system import Principal, System
from sandbox.worlds.articles import Article
from sandbox.worlds.cast import Casting
from sandbox.worlds.definition import AgentSpec, SupervisorSpec, WorldFile
from sandbox.worlds.generate.context import Generator
from sandbox.worlds.loader import Loader, operations_by_name
from sandbox.worlds.policies import Policy
from sandbox.worlds.population import image_of
from sandbox.worlds.task import Task


@dataclass
class World:
    """A company that agents can be let into; `World.load` makes one."""

    definition: WorldFile
    folders: tuple[Path, ...]
    """The folders that make it up: its own first, then those that it extends."""
    systems: dict[str, type[System]]
    """The fakes by name, in the order of the definition."""
    generator: Generator
    tasks: dict[str, Task]
    """The task templates by id, sorted."""
    articles: tuple[Article, ...]
    instructions: str
    """The company's instructions to its agents: their system prompt."""
    operations: dict[str, Operation] = field(init=False)
    """Every operation of every system by its tool name."""

    def __post_init__(self) -> None:
        self.operations = operations_by_name(self.systems)

    @classmethod
    def load(cls, name: str, *, places: Places | None = None, near: Path | None = None) -> World:
        """The world called *name* (or in the folder *name*); `ContentError` lists every problem.

        *near* is the file that names it, so that a world next to an experiment is found.
        """
        return cls(**vars(Loader(places or Places()).load(name, near)))

    @property
    def id(self) -> str:
        """Its name."""
        return self.definition.id

    @property
    def title(self) -> str:
        """What people call it."""
        return self.definition.title

    @property
    def epoch_s(self) -> float:
        """Unix seconds of the virtual moment at which episodes start."""
        assert self.definition.epoch is not None, "checked at load"
        return datetime.fromisoformat(self.definition.epoch).astimezone(UTC).timestamp()

    @property
    def agent(self) -> AgentSpec:
        """The agent's job."""
        return self.definition.agent or AgentSpec()

    @property
    def principal(self) -> Principal:
        """Who the agent is to the systems."""
        return Principal(self.agent.principal, frozenset(self.agent.scopes))

    @property
    def policies(self) -> tuple[Policy, ...]:
        """The house rules."""
        return tuple(self.definition.policies)

    @property
    def supervisor(self) -> SupervisorSpec | None:
        """The approval desk's people, if the company has any."""
        return self.definition.people.supervisor if self.definition.people else None

    @property
    def tools(self) -> list[str]:
        """The tools offered to the agent, in the order of the systems."""
        patterns = self.agent.tools or ["*"]
        return [
            name
            for name in self.operations
            if any(fnmatchcase(name, pattern) for pattern in patterns)
        ]

    def task(self, task_id: str) -> Task:
        """The task called *task_id*; an unknown one raises `UsageError` with the nearest name."""
        found = self.tasks.get(task_id)
        if found is None:
            raise UsageError(
                f"world {self.id!r} has no task {task_id!r}{did_you_mean(task_id, self.tasks)}"
            )
        return found

    def policies_of(self, task: Task) -> list[Policy]:
        """The policies that are checked on conversations about *task*."""
        return [p for p in self.policies if task.policies == "all" or p.id in task.policies]

    @cached_property
    def image(self) -> bytes:
        """The company's systems at the epoch, as a store's image; built once and cached."""
        return image_of(self)

    @cached_property
    def casting(self) -> Casting:
        """Draws casts for its tasks."""
        pristine = Store.from_image(self.image)
        pristine.bind(_Epoch(self.epoch_s), Seeds(0))
        return Casting(pristine)


@dataclass(frozen=True)
class _Epoch:
    """The clock of the world as it was built: SQL's `now` is the epoch."""

    epoch_s: float

    def wall_s(self) -> float:
        return self.epoch_s
