"""Images: the same bytes for the same world, from the cache where nothing has changed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from sandbox.content.places import Places
from sandbox.errors import UsageError
from sandbox.systems.store import Store
from sandbox.worlds import population
from sandbox.worlds.generate.context import Batch, Context
from sandbox.worlds.population import image_of
from sandbox.worlds.world import World

SMALL = """
id: mine
title: My shop
extends: retail_support
generator:
  type: retail
  seed: {seed}
  parameters: {{customers: 60, orders: 150, tickets: 20, replacements: 4, subscriptions: 5,
    second_accounts: 3}}
"""


@pytest.fixture
def small(
    extension: Callable[..., Path], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Callable[[int], World]:
    monkeypatch.setenv("SANDBOX_CACHE", str(tmp_path / "cache"))

    def made(seed: int = 1) -> World:
        return World.load("mine", places=Places(extension(SMALL.format(seed=seed), name="mine")))

    return made


@pytest.fixture
def builds(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Grows with every world that is generated rather than read from the cache."""
    seen: list[str] = []
    builder = population._builder

    def counted(make: object, context: Context) -> object:
        build = builder(make, context)  # type: ignore[arg-type]

        def run(store: Store) -> None:
            seen.append("built")
            build(store)

        return run

    monkeypatch.setattr(population, "_builder", counted)
    return seen


def _digest(world: World) -> str:
    store = Store.from_image(image_of(world))
    try:
        return store.digest()
    finally:
        store.close()


def test_a_world_is_built_once_and_then_read(
    small: Callable[..., World], builds: list[str]
) -> None:
    world = small()
    assert image_of(world) == image_of(world)
    assert builds == ["built"]


def test_an_edited_article_is_built_anew_and_an_edited_task_is_not(
    small: Callable[..., World], builds: list[str]
) -> None:
    world = small()
    image_of(world)
    base = world.folders[1]
    (base / "tasks" / "duplicate_charge.yaml").write_text("# edited")
    image_of(world)
    assert len(builds) == 1
    article = base / "articles" / "warranty.md"
    article.write_text(article.read_text() + "\nNew.\n")
    image_of(world)
    assert len(builds) == 2


def test_the_generators_seed_makes_another_company(small: Callable[..., World]) -> None:
    mine = small
    world = mine()
    assert _digest(world) == _digest(world)
    spec = world.definition.generator
    assert spec is not None
    other = world.definition.model_copy(update={"generator": spec.model_copy(update={"seed": 2})})
    first = _digest(world)
    world.definition = other
    assert _digest(world) != first


def test_a_batch_for_a_table_that_no_system_has_is_told(small: Callable[..., World]) -> None:
    world = small()
    world.generator = lambda context: [Batch("nobody_rows", ("id",), [(1,)])]
    with pytest.raises(UsageError, match="fills nobody_rows, but no system"):
        image_of(world)
