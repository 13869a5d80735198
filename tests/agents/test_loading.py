from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sandbox.agents import loading
from sandbox.agents.loading import check_agent_path, load_agent
from sandbox.errors import AgentLoadError, MissingExtra


@pytest.fixture(autouse=True)
def clean_imports() -> Iterator[None]:
    """Loading changes the process: the search path and the modules; each test gets its own."""
    path, modules = list(sys.path), set(sys.modules)
    yield
    sys.path[:] = path
    for name in set(sys.modules) - modules:
        if name.startswith(("sandbox_agent_", "crew", "helper_of_")):
            del sys.modules[name]


def write(folder: Path, source: str, name: str = "agent.py") -> Path:
    file = folder / name
    file.write_text(source)
    return file


def load(folder: Path, source: str) -> Any:
    write(folder, source)
    return load_agent("agent.py:build", cwd=folder)


def test_a_factory_in_a_file_is_loaded(tmp_path: Path) -> None:
    factory = load(tmp_path, "def build(env):\n    return ('built', env)\n")
    assert factory("env") == ("built", "env")


def test_a_file_may_import_its_neighbours(tmp_path: Path) -> None:
    write(tmp_path, "ANSWER = 42\n", "helper_of_agent.py")
    factory = load(tmp_path, "from helper_of_agent import ANSWER\ndef build(env): return ANSWER\n")
    assert factory(None) == 42


def test_a_module_next_to_the_spec_is_loaded(tmp_path: Path) -> None:
    (tmp_path / "crew").mkdir()
    write(tmp_path / "crew", "", "__init__.py")
    write(tmp_path / "crew", "def build(env): return 'lead'\n", "lead.py")
    spec = write(tmp_path, "", "spec.yaml")
    factory = load_agent("crew.lead:build", near=spec, cwd=Path("/"))
    assert factory(None) == "lead"  # type: ignore[arg-type]
    assert factory is sys.modules["crew.lead"].build  # one module, whoever else imports it


def test_a_file_of_another_kind_is_no_agent(tmp_path: Path) -> None:
    write(tmp_path, "def build(env): ...\n", "agent.txt")
    with pytest.raises(AgentLoadError, match=r"agent.txt is not Python source: name a .py"):
        load_agent("./agent.txt:build", cwd=tmp_path)


def test_two_files_of_one_name_do_not_mix(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    one = load(tmp_path / "a", "def build(env): return 'one'\n")
    two = load(tmp_path / "b", "def build(env): return 'two'\n")
    assert (one(None), two(None)) == ("one", "two")


def test_a_file_is_run_once_and_again_after_a_change(tmp_path: Path) -> None:
    first = load(tmp_path, "def build(env): return 1\n")
    assert load_agent("agent.py:build", cwd=tmp_path) is first
    assert load(tmp_path, "def build(env): return 'changed'\n")(None) == "changed"


def test_callables_and_classes_are_factories() -> None:
    class Agent:
        def __init__(self, env: Any) -> None:
            self.env = env

    assert load_agent(Agent) is Agent
    build = lambda env: None  # noqa: E731
    assert load_agent(build) is build


def test_a_known_agent_is_loaded_by_name() -> None:
    assert load_agent("hello_naive").__name__ == "hello_naive"


def test_an_error_while_importing_names_the_line_of_the_agents_code(tmp_path: Path) -> None:
    with pytest.raises(AgentLoadError, match=r"imported at .*agent.py:2: ZeroDivisionError"):
        load(tmp_path, "build = 1\nx = 1 / 0\n")
    with pytest.raises(AgentLoadError, match=r"agent.py:1: ModuleNotFoundError: .*'nowhere'"):
        load(tmp_path, "import nowhere\nbuild = 1\n")


def test_a_file_that_exits_while_importing_does_not_end_the_process(tmp_path: Path) -> None:
    with pytest.raises(AgentLoadError, match=r"agent.py:2: SystemExit: 3"):
        load(tmp_path, "import sys\nsys.exit(3)\ndef build(env): ...\n")


def test_a_failed_import_leaves_no_module_behind(tmp_path: Path) -> None:
    with pytest.raises(AgentLoadError):
        load(tmp_path, "def build(env): ...\nraise ValueError\n")
    assert not [name for name in sys.modules if name.startswith("sandbox_agent_agent_")]


def test_an_extra_missed_while_importing_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loading, "EXTRAS", {"langgraf": "langgraph"})
    with pytest.raises(MissingExtra, match=r"'langgraf'.*agent-windtunnel\[langgraph\]"):
        load(tmp_path, "def build(env): ...\ndef deep():\n    import langgraf.graph\ndeep()\n")


@pytest.mark.parametrize(
    ("source", "wrong"),
    [
        ("build = {'graph': 1}\n", "dict is no factory"),
        ("async def build(env): ...\n", "the factory is an async function"),
        ("def build(): ...\n", "takes exactly one argument, env"),
        ("def build(env, tools): ...\n", "missing a required argument: 'tools'"),
    ],
)
def test_what_is_no_factory_is_refused_with_the_remedy(
    tmp_path: Path, source: str, wrong: str
) -> None:
    with pytest.raises(AgentLoadError, match=wrong):
        load(tmp_path, source)


def test_an_attribute_that_only_seemed_to_be_there_is_missed(tmp_path: Path) -> None:
    with pytest.raises(AgentLoadError, match="has no 'build'"):
        load(tmp_path, "if False:\n    build = 1\n")


def test_checking_runs_no_agent_code(tmp_path: Path) -> None:
    write(tmp_path, "def build(env): ...\nraise SystemExit\n")
    check_agent_path("agent.py:build", cwd=tmp_path)
    with pytest.raises(AgentLoadError, match=r"has no 'buidl' .*did you mean 'build'"):
        check_agent_path("agent.py:buidl", cwd=tmp_path)
