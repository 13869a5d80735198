"""The image of a world: its systems as they stand at the epoch, generated once and kept."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping, Sequence
from hashlib import blake2b
from importlib import metadata
from pathlib import Path
from typing import Any, Protocol

from sandbox.errors import UsageError
from sandbox.sim.seeds import Seeds
from sandbox.systems.snapshot import cached_image
from sandbox.systems.store import Store
from sandbox.systems.system import System
from sandbox.worlds.articles import Article
from sandbox.worlds.definition import WorldFile
from sandbox.worlds.generate.context import Context, Generator

_NOT_READ = ("world.yaml", "tasks")
"""Content that no generator reads: an edited task must not cost a new build."""


class Built(Protocol):
    """What building needs of a world."""

    definition: WorldFile
    folders: tuple[Path, ...]
    systems: dict[str, type[System]]
    articles: tuple[Article, ...]

    @property
    def generator(self) -> Generator:
        """What fills the systems."""

    @property
    def epoch_s(self) -> float:
        """Unix seconds at which episodes start."""


def image_of(world: Built) -> bytes:
    """The image of *world*, from the cache if it was built before."""
    spec = world.definition.generator
    assert spec is not None, "checked at load"
    context = Context(
        epoch_s=int(world.epoch_s),
        seeds=Seeds(spec.seed, "population"),
        parameters=dict(spec.parameters),
        articles=world.articles,
        principal=world.definition.agent.principal if world.definition.agent else "agent",
        folders=world.folders,
    )
    key = {
        "generator": _source(world.generator),
        "faker": metadata.version("faker"),
        "seed": spec.seed,
        "parameters": dict(context.parameters),
        "epoch": context.epoch_s,
        "principal": context.principal,
        "content": _content(world.folders),
    }
    ddl = [system.ddl for system in world.systems.values()]
    return cached_image(key, _builder(world.generator, context), ddl)


def _builder(make: Generator, context: Context) -> Callable[[Store], None]:
    def build(store: Store) -> None:
        for batch in make(context):
            if batch.table not in store.schema:
                raise UsageError(
                    f"the generator fills {batch.table}, but no system of the world has that table"
                )
            store.insert_many(batch.table, batch.columns, batch.rows)

    return build


def _source(make: Generator) -> str:
    """A digest of the code that generates: of its whole package, or of its one module."""
    path = Path(inspect.getsourcefile(make) or "")
    package = (path.parent / "__init__.py").is_file()
    return _digest(sorted(path.parent.glob("*.py")) if package else [path])


def _content(folders: Sequence[Path]) -> Mapping[str, Any]:
    return {str(number): _digest(_files(folder)) for number, folder in enumerate(folders)}


def _files(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.relative_to(folder).parts[0] not in _NOT_READ:
            yield path


def _digest(paths: Sequence[Path] | Iterator[Path]) -> str:
    total = blake2b(digest_size=16)
    for path in paths:
        data = path.read_bytes()
        total.update(f"{path.name}\0{len(data)}\0".encode())
        total.update(data)
    return total.hexdigest()
