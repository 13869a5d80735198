"""The shop's world with its three pattern tasks only, built once per test session."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from sandbox.content.places import Places, own_folder
from sandbox.sim.kernel import Kernel
from sandbox.sim.points import Points
from sandbox.sim.seeds import Seeds
from sandbox.sim.trace import Trace
from sandbox.systems.effects import Ledger
from sandbox.systems.store import Store
from sandbox.worlds.company import Company
from sandbox.worlds.world import World

PATTERN_TASKS = ("duplicate_charge", "refund_in_policy", "refund_over_limit")


@pytest.fixture(scope="session")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project folder with a copy of the shipped world, without the tasks that others write."""
    root = tmp_path_factory.mktemp("project")
    source = own_folder("worlds") / "retail_support"
    target = root / "worlds" / "retail_support"
    shutil.copytree(source, target)
    for path in (target / "tasks").iterdir():
        if path.stem not in PATTERN_TASKS:
            path.unlink()
    return root


@pytest.fixture(scope="session")
def retail(project: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """The world, with its image built."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SANDBOX_CACHE", str(tmp_path_factory.mktemp("cache")))
        world = World.load("retail_support", places=Places(project))
        assert world.image
        yield world


@pytest.fixture
def store(retail: World) -> Iterator[Store]:
    """A store of its own with the shop at the epoch."""
    made = Store.from_image(retail.image)
    yield made
    made.close()


Opened = tuple[Kernel, Company, Trace]


@pytest.fixture
def open_company(retail: World, store: Store) -> Callable[..., Opened]:
    """Opens the company: `kernel, company, trace = open_company(seed=1)`."""

    def opened(*, seed: int = 1, **changes: Any) -> Opened:
        world = retail
        if changes:
            definition = retail.definition.model_copy(update=changes)
            world = World(
                definition, retail.folders, retail.systems, retail.generator, retail.tasks,
                retail.articles, retail.instructions,
            )  # fmt: skip
            world.__dict__["image"] = retail.image
        kernel = Kernel(Seeds(seed), epoch=world.epoch_s)
        trace = Trace(lambda: kernel.clock.now)
        company = Company.open(
            world, store=store, clock=kernel.clock, seeds=kernel.seeds, points=Points(),
            trace=trace, ledger=Ledger(),
        )  # fmt: skip
        return kernel, company, trace

    return opened


@pytest.fixture
def extension(project: Path, tmp_path: Path) -> Callable[..., Path]:
    """Writes a world that extends the shop: `extension(yaml, {"tasks/x.yaml": text})`."""
    shutil.copytree(project / "worlds", tmp_path / "worlds")

    def write(yaml: str, files: dict[str, str] | None = None, *, name: str = "mine") -> Path:
        folder = tmp_path / "worlds" / name
        for path, text in {"world.yaml": yaml, **(files or {})}.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text(text, encoding="utf-8")
        return tmp_path

    return write
