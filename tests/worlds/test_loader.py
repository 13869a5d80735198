"""Reading worlds: extension, and everything that is wrong, at once and with its place."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

import pytest

from sandbox.content.places import Places
from sandbox.errors import ContentError
from sandbox.worlds.loader import Loader
from sandbox.worlds.world import World

Extension = Callable[..., Path]
ARTICLE = "---\nslug: mine\ntitle: M\nsection: S\nupdated_at: '2026-01-01'\n---\nText."
MINE = "id: mine\ntitle: My shop\nextends: retail_support\n"


def _problems(root: Path, name: str = "mine") -> list[str]:
    with pytest.raises(ContentError) as caught:
        Loader(Places(root)).load(name, None)
    return [f"{Path(p.file).name}:{p.line}:{p.column}: {p.message}" for p in caught.value.problems]


def test_a_world_that_extends_another_has_all_of_its_parts(extension: Extension) -> None:
    root = extension(
        MINE
        + dedent("""
        agent:
          scopes: [wiki:articles:write]
          instructions: Be brief.
        policies:
          - {id: no-credit, title: No credit, kind: never, effect: store_credit}
          - {id: no-payouts, title: Payouts are fine here, kind: at_most, effect: payout, times: 9}
        """),
        {
            "articles/mine.md": ARTICLE,
        },
    )
    base = World.load("retail_support", places=Places(root))
    mine = World.load("mine", places=Places(root))
    assert (mine.id, mine.title, mine.epoch_s) == ("mine", "My shop", base.epoch_s)
    assert list(mine.tasks) == list(base.tasks)
    assert list(mine.systems) == list(base.systems)
    assert mine.instructions == "Be brief."
    assert mine.principal.scopes == base.principal.scopes | {"wiki:articles:write"}
    assert mine.principal.name == base.principal.name
    assert len(mine.articles) == len(base.articles) + 1
    titles = {policy.id: policy.title for policy in mine.policies}
    assert titles["no-payouts"] == "Payouts are fine here"
    assert len(titles) == len(base.policies) + 1


def test_a_task_of_ones_own_takes_the_place_of_one_with_its_id(
    extension: Extension, project: Path
) -> None:
    task = project / "worlds" / "retail_support" / "tasks" / "duplicate_charge.yaml"
    text = task.read_text().replace("title: Charged twice for one order", "title: Mine")
    world = World.load("mine", places=Places(extension(MINE, {"tasks/any_name.yaml": text})))
    assert world.tasks["duplicate_charge"].title == "Mine"
    assert len(world.tasks) == 3


def test_a_world_may_have_the_name_of_the_shipped_one_that_it_extends(tmp_path: Path) -> None:
    folder = tmp_path / "worlds" / "hello_shop"
    folder.mkdir(parents=True)
    (folder / "world.yaml").write_text("id: hello_shop\ntitle: A\nextends: hello_shop\n")
    assert _problems(tmp_path, "hello_shop") == [
        "world.yaml:3:10: world 'hello_shop' extends itself by way of 'hello_shop'"
    ]
    (tmp_path / "worlds" / "retail_support").mkdir()
    (tmp_path / "worlds" / "retail_support" / "world.yaml").write_text(
        "id: retail_support\ntitle: Ours\nextends: retail_support\n"
    )
    parts = Loader(Places(tmp_path)).load("retail_support", None)
    assert parts.definition.title == "Ours"
    assert len(parts.folders) == 2


def test_a_world_of_its_own_must_state_the_essentials(extension: Extension) -> None:
    root = extension("id: mine\ntitle: Mine\n")
    found = _problems(root)
    for key in ("epoch", "systems", "generator", "agent"):
        assert any(f"missing key '{key}'" in problem for problem in found), key


def test_every_problem_of_every_file_is_told_at_once(extension: Extension) -> None:
    root = extension(
        dedent("""\
        id: mine
        title: Mine
        extends: retail_support
        systems: [zendeks]
        generator:
          type: retial
        agent:
          instructions: nowhere.md
        """),
        {
            "tasks/broken.yaml": "id: broken\ntitel: Broken\n",
            "articles/broken.md": "no front matter",
        },
    )
    found = _problems(root)
    assert "world.yaml:4:11: no system called 'zendeks' (did you mean 'zendesk'?)" in str(found)
    assert "world.yaml:6:9: no generator called 'retial' (did you mean 'retail'?)" in str(found)
    assert "world.yaml:8:17: no file nowhere.md next to" in str(found)
    assert "broken.yaml:2:1: unknown key 'titel' (did you mean 'title'?)" in str(found)
    assert any(problem.startswith("broken.md:1:1:") for problem in found)


def test_an_unknown_base_is_named_where_it_stands(extension: Extension) -> None:
    root = extension("id: mine\ntitle: Mine\nextends: retial_support\n")
    (problem,) = _problems(root)
    assert problem.startswith("world.yaml:3:10: no world called 'retial_support'")
    assert "did you mean 'retail_support'" in problem


def test_two_tasks_with_one_id_are_refused(extension: Extension, project: Path) -> None:
    task = project / "worlds" / "retail_support" / "tasks" / "duplicate_charge.yaml"
    root = extension(MINE, {"tasks/a.yaml": task.read_text(), "tasks/b.yaml": task.read_text()})
    (problem,) = _problems(root)
    assert problem.startswith("b.yaml:2:5: duplicate task id 'duplicate_charge': also in")


OWN_SYSTEM = """
from typing import ClassVar
from sandbox.systems.operation import read
from sandbox.systems.system import System

class Phone(System):
    name: ClassVar[str] = "phone"
    ddl: ClassVar[str] = "CREATE TABLE phone_calls (id INTEGER PRIMARY KEY, number TEXT NOT NULL);"

    @read("phone:read")
    def count(self) -> int:
        \"\"\"How many calls there were.\"\"\"
        return int(self.db.value("SELECT count(*) FROM phone_calls"))

def call(context):
    from sandbox.worlds.generate.context import Batch
    yield Batch("phone_calls", ("id", "number"), [(n, "555-0100") for n in range(3)])
"""


def test_a_system_and_a_generator_of_ones_own_are_found_next_to_the_world(
    extension: Extension, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("SANDBOX_CACHE", str(tmp_path / "cache"))
    root = extension(
        dedent("""\
        id: mine
        title: Mine
        epoch: "2026-01-05T09:00:00Z"
        systems: ["loader_test_phone:Phone"]
        generator: {type: "loader_test_phone:call"}
        agent: {scopes: ["phone:*"], tools: [phone_*]}
        """)
    )
    (root / "loader_test_phone.py").write_text(OWN_SYSTEM)
    world = World.load("mine", places=Places(root))
    assert world.tools == ["phone_count"]
    assert len(world.image) > 0
