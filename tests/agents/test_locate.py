from __future__ import annotations

from pathlib import Path

import pytest

from sandbox.agents import locate as locate_module
from sandbox.agents.locate import check, locate
from sandbox.errors import AgentLoadError, MissingExtra

AGENT = "def build(env):\n    return None\n"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A user's project, as `sandbox init` makes it: agent.py beside experiments/."""
    (tmp_path / "experiments").mkdir()
    (tmp_path / "experiments" / "mine.yaml").write_text("")
    (tmp_path / "agent.py").write_text(AGENT)
    (tmp_path / "crew").mkdir()
    (tmp_path / "crew" / "__init__.py").write_text("raise RuntimeError('never run')\n")
    (tmp_path / "crew" / "lead.py").write_text(AGENT)
    return tmp_path


def test_a_file_is_found_from_the_working_directory(project: Path) -> None:
    target = locate("agent.py:build", cwd=project)
    assert (target.file, target.attribute) == (project / "agent.py", "build")


def test_a_file_is_found_beside_and_above_the_spec(project: Path, tmp_path: Path) -> None:
    spec, elsewhere = project / "experiments" / "mine.yaml", tmp_path / "elsewhere"
    elsewhere.mkdir()
    assert locate("agent.py:build", near=spec, cwd=elsewhere).file == project / "agent.py"
    (project / "experiments" / "agent.py").write_text(AGENT)
    near = locate("agent.py:build", near=spec, cwd=project).file
    assert near == project / "experiments" / "agent.py"  # the spec's own neighbour wins


def test_a_module_is_found_without_running_its_packages(project: Path) -> None:
    target = locate("crew.lead:build", cwd=project)
    assert (target.module, target.file) == ("crew.lead", project / "crew" / "lead.py")
    check(target)


def test_a_missing_file_names_the_folders_and_the_nearest_file(project: Path) -> None:
    with pytest.raises(AgentLoadError, match=r"no file 'agnt.py' in .*did you mean 'agent.py'"):
        locate("agnt.py:build", cwd=project)


def test_a_missing_module_is_told_with_a_remedy(project: Path) -> None:
    with pytest.raises(AgentLoadError, match=r"no module named 'agnt'; for a file write agnt.py:b"):
        locate("agnt:build", cwd=project)
    with pytest.raises(AgentLoadError, match=r"no module named 'crew.follow'"):
        locate("crew.follow:build", cwd=project)


@pytest.mark.parametrize("path", ["agent.py", "agent.py:", ":build", "agent.py:a b", ""])
def test_a_path_of_another_form_is_refused(project: Path, path: str) -> None:
    with pytest.raises(AgentLoadError, match=r"expected module:attribute, file.py:attribute"):
        locate(path, cwd=project)


def test_a_mistyped_known_agent_is_recognised(project: Path) -> None:
    with pytest.raises(AgentLoadError, match="did you mean 'hello_naive'"):
        locate("helo_naive", cwd=project)


def check_source(project: Path, source: str) -> None:
    (project / "agent.py").write_text(source)
    check(locate("agent.py:build", cwd=project))


def test_a_missing_attribute_is_seen_in_the_source(project: Path) -> None:
    with pytest.raises(AgentLoadError, match=r"agent.py has no 'build' \(did you mean 'builds'"):
        check_source(project, "def builds(env): ...\n")
    with pytest.raises(AgentLoadError, match=r"has no 'build'; it has x$"):
        check_source(project, "x = 1\n")


@pytest.mark.parametrize(
    "source",
    [
        "from os import *\n",
        "from os import path as build\n",
        "if True:\n    build = lambda env: None\n",
        "def __getattr__(name): ...\n",
        "class build: ...\n",
        "for name in ('build',):\n    globals()[name] = lambda env: None\n",
        "import sys\nsetattr(sys.modules[__name__], 'build', len)\n",
    ],
)
def test_an_attribute_that_may_be_there_is_no_error(project: Path, source: str) -> None:
    check_source(project, source)


def test_a_syntax_error_names_the_line(project: Path) -> None:
    with pytest.raises(AgentLoadError, match=r"agent.py:2: expected ':'"):
        check_source(project, "x = 1\ndef build(env) return 1\n")


def test_a_missing_framework_names_the_extra(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(locate_module, "EXTRAS", {"langgraf": "langgraph"})
    with pytest.raises(MissingExtra, match=r"agent-windtunnel\[langgraph\]"):
        check_source(project, "from langgraf.graph import StateGraph\nbuild = StateGraph\n")
    with pytest.raises(MissingExtra, match="'langgraf'"):
        locate("langgraf.graph:build", cwd=project)


def test_an_import_that_may_fail_without_harm_is_no_error(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(locate_module, "EXTRAS", {"langgraf": "langgraph"})
    check_source(
        project,
        "try:\n    import langgraf\nexcept ImportError:\n    langgraf = None\nbuild = print\n",
    )


def test_an_installed_module_is_found_wherever_the_project_is(project: Path) -> None:
    target = locate("json.decoder:JSONDecoder", cwd=project)
    assert target.file is not None
    assert target.file.name == "decoder.py"


def test_a_module_without_source_is_left_to_the_import(project: Path) -> None:
    target = locate("builtins:len", cwd=project)
    assert target.file is None
    check(target)


def test_a_framework_that_is_installed_is_not_missed(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(locate_module, "EXTRAS", {"json": "langgraph"})
    check_source(project, "import json\nimport nowhere_at_all\nbuild = json.dumps\n")
