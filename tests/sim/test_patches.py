import sys
from types import ModuleType
from typing import Any

import pytest

from sandbox.sim.patches import Patches, bound, replace_everywhere


def real() -> str:
    return "real"


def fake() -> str:
    return "fake"


@pytest.fixture
def library(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    module = ModuleType("a_library")
    module.function = real  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "a_library", module)
    return module


def user_of(library: Any, monkeypatch: pytest.MonkeyPatch, name: str) -> Any:
    module = ModuleType(name)
    module.own_name = library.function  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, name, module)
    return module


def make(log: list[str]) -> Patches:
    return Patches(opening=lambda: log.append("open"), closing=lambda: log.append("close"))


def test_replacements_and_aliases_go_in_and_come_out_again(
    library: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    user = user_of(library, monkeypatch, "a_user")
    log: list[str] = []
    patches = make(log)
    patches.add(library, "function", fake)
    patches.enter()
    assert (library.function(), user.own_name(), log) == ("fake", "fake", ["open"])
    patches.leave()
    assert (library.function(), user.own_name(), log) == ("real", "real", ["open", "close"])


def test_a_module_imported_between_two_worlds_is_found(
    library: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    patches = make([])
    patches.add(library, "function", fake)
    patches.enter()
    patches.leave()
    late = user_of(library, monkeypatch, "a_late_user")
    patches.enter()
    assert late.own_name() == "fake"
    patches.leave()
    assert late.own_name() == "real"


def test_main_is_looked_at_each_time_for_it_may_be_a_notebook(
    library: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    patches = make([])
    patches.add(library, "function", fake)
    patches.enter()
    patches.leave()
    monkeypatch.setattr("__main__.from_a_new_cell", library.function, raising=False)
    patches.enter()
    assert sys.modules["__main__"].from_a_new_cell() == "fake"
    patches.leave()
    assert sys.modules["__main__"].from_a_new_cell() == "real"


def test_the_standard_library_keeps_its_aliases(
    library: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("queue.own_name", library.function, raising=False)
    patches = make([])
    patches.add(library, "function", fake)
    patches.enter()
    assert sys.modules["queue"].own_name() == "real"
    patches.leave()


def test_the_last_user_takes_them_out(library: Any) -> None:
    patches = make([])
    patches.add(library, "function", fake)
    patches.enter()
    patches.enter()
    patches.leave()
    assert library.function() == "fake"
    patches.leave()
    assert library.function() == "real"


def test_an_inherited_method_is_inherited_again_afterwards() -> None:
    class Parent:
        def method(self) -> str:
            return "parent"

    class Child(Parent): ...

    patches = make([])
    patches.add(Child, "method", lambda self: "patched")
    patches.enter()
    assert Child().method() == "patched"
    assert Parent().method() == "parent"
    patches.leave()
    assert Child().method() == "parent"
    assert "method" not in vars(Child)


def test_a_bound_replacement_does_not_become_a_method() -> None:
    def replacement(real: Any, *args: Any) -> Any:
        return real(), args

    class Agent:
        clock = bound(replacement, real)

    assert Agent().clock() == ("real", ())


def test_replace_everywhere_reaches_modules_loaded_before(
    library: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    user = user_of(library, monkeypatch, "sandbox_user")
    library.function = user.own_name = lambda: "only theirs"  # else this module lost its `real`
    replace_everywhere(library, "function", fake)
    assert user.own_name() == library.function() == "fake"
