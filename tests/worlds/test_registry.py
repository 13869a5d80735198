"""Fakes and generators by name, or by module and attribute next to the world."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from sandbox.errors import UsageError
from sandbox.systems.stripe import Stripe
from sandbox.worlds.generate.retail import retail
from sandbox.worlds.registry import GENERATORS, SYSTEMS, generator, system_class


def test_every_shipped_name_leads_somewhere() -> None:
    assert [system_class(name).name for name in SYSTEMS] == list(SYSTEMS)
    assert [generator(name) for name in GENERATORS] == [retail]


def test_ones_own_class_is_found_next_to_the_world(tmp_path: Path) -> None:
    (tmp_path / "registry_test_own.py").write_text(
        "from sandbox.systems.stripe import Stripe\nclass Mine(Stripe):\n    pass\nnumber = 3\n"
    )
    before = list(sys.path)
    assert issubclass(system_class("registry_test_own:Mine", home=tmp_path), Stripe)
    assert sys.path == before
    with pytest.raises(UsageError, match=r"has no 'Min' \(did you mean 'Mine'\?\)"):
        system_class("registry_test_own:Min", home=tmp_path)
    with pytest.raises(UsageError, match="is not a System"):
        system_class("registry_test_own:number", home=tmp_path)
    with pytest.raises(UsageError, match="is not a generator"):
        generator("registry_test_own:number", home=tmp_path)


def test_unknown_names_say_what_is_known() -> None:
    with pytest.raises(UsageError, match=r"no system called 'strip' \(did you mean 'stripe'\?\)"):
        system_class("strip")
    with pytest.raises(UsageError, match="known: retail; your own: module:attribute"):
        generator("zoo")
    with pytest.raises(UsageError, match="system 'nobody:X' cannot be imported"):
        system_class("nobody:X")


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("def (", r"SyntaxError: .*line 1"),
        ("x = 1\n1 / 0", r"ZeroDivisionError: division by zero at .*_broken_\d\.py:2"),
        ("raise SystemExit(3)", "SystemExit: 3"),
        ("import no_such_thing", "No module named 'no_such_thing'"),
        ("class Mine(System): ddl = ''", "Mine has no name"),
        ("class Mine(System): name = 'mine'", "Mine has no ddl"),
        ("class Mine(System): name, ddl = 'mine', 'CREATE TABL x'", "no SQL: .*syntax error"),
        ("class Mine(System): name, ddl = 'mine', 'CREATE TABLE mine_t (a)'", "Mine: table mine_t"),
    ],
)
def test_a_broken_system_is_the_users_mistake(
    tmp_path: Path, request: pytest.FixtureRequest, source: str, message: str
) -> None:
    module = f"registry_broken_{request.node.callspec.indices['source']}"
    head = "from sandbox.systems.system import System\n" if source.startswith("class") else ""
    (tmp_path / f"{module}.py").write_text(head + source)
    with pytest.raises(UsageError, match=message):
        system_class(f"{module}:Mine", home=tmp_path)


def test_a_module_that_is_not_there_is_told_with_the_folder(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=f"looked in .*{tmp_path.name}"):
        system_class("nobody_here:X", home=tmp_path)
