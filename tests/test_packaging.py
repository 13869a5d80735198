"""What people install: the wheel holds all that is needed, and works from any folder."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from sandbox import __version__

ROOT = Path(__file__).resolve().parents[1]
CONTENT = ("worlds", "personas", "faults", "experiments")
UV = shutil.which("uv")

pytestmark = pytest.mark.slow


def run(*command: str | Path, cwd: Path, env: dict[str, str] | None = None) -> Done:
    """Run *command* in *cwd* and wait."""
    done = subprocess.run(
        [str(part) for part in command], cwd=cwd, env=env, check=False, capture_output=True,
        text=True,
    )  # fmt: skip
    return Done(done.returncode, done.stdout, done.stderr)


@dataclass(frozen=True)
class Done:
    code: int
    out: str
    err: str


@dataclass(frozen=True)
class Installed:
    """An environment with nothing in it but the wheel, and an unrelated folder to stand in."""

    wheel: Path
    venv: Path
    folder: Path

    def install(self, extra: str = "") -> None:
        wheel = f"{self.wheel}[{extra}]" if extra else str(self.wheel)
        done = run(*self._installer(), "-c", ROOT / "constraints.txt", wheel, cwd=self.folder)
        assert done.code == 0, done.err

    def sandbox(self, *words: str) -> Done:
        outer = ("PYTHONPATH", "VIRTUAL_ENV", "PYTHONHOME")
        env = {key: value for key, value in os.environ.items() if key not in outer}
        env["SANDBOX_CACHE"] = str(self.venv / "cache")
        return run(self.venv / "bin" / "sandbox", *words, cwd=self.folder, env=env)

    def _installer(self) -> Sequence[str]:
        python = str(self.venv / "bin" / "python")
        if UV:
            return (UV, "pip", "install", "--quiet", "--python", python)
        quick = ("--quiet", "--disable-pip-version-check", "--no-compile")
        return (python, "-m", "pip", "install", *quick)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("wheel")
    done = run(sys.executable, "-m", "build", "--wheel", "--outdir", out, ROOT, cwd=out)
    if done.code != 0:
        _skip_without_an_index(out)
    assert done.code == 0, done.out + done.err
    return next(out.glob("*.whl"))


def _skip_without_an_index(scratch: Path) -> None:
    probe = ("download", "--quiet", "--no-deps", "--retries", "0", "--dest", scratch, "hatchling")
    if run(sys.executable, "-m", "pip", *probe, cwd=scratch).code == 0:
        return
    if os.environ.get("SANDBOX_REQUIRE_INDEX"):
        pytest.fail("no package index is reachable, and SANDBOX_REQUIRE_INDEX is set")
    pytest.skip("no package index is reachable")


@pytest.fixture(scope="module")
def core(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    installed = Installed(
        wheel, tmp_path_factory.mktemp("core") / "venv", tmp_path_factory.mktemp("elsewhere")
    )
    if UV:
        made = run(UV, "venv", "--quiet", "--python", sys.executable, installed.venv, cwd=ROOT)
    else:
        made = run(sys.executable, "-m", "venv", installed.venv, cwd=ROOT)
    assert made.code == 0, made.err
    installed.install()
    return installed


def test_the_wheel_holds_the_package_and_the_content_and_nothing_else(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    held = {name for name in names if ".dist-info/" not in name}
    assert held == {
        *(f"sandbox/{name}" for name in _files(ROOT / "sandbox") if "_content/" not in name),
        *(f"sandbox/_content/{kind}/{name}" for kind in CONTENT for name in _files(ROOT / kind)),
    }
    assert {"sandbox/py.typed", "sandbox/_content/experiments/first_look.yaml"} < held


def test_the_wheel_names_no_index_and_no_address_of_a_package(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        metadata = next(name for name in archive.namelist() if name.endswith("/METADATA"))
        text = archive.read(metadata).decode()
    required = [line for line in text.splitlines() if line.startswith("Requires-Dist:")]
    assert required
    assert not [line for line in required if " @ " in line or "://" in line]


def _files(folder: Path) -> list[str]:
    return [
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    ]


def test_the_command_tells_its_version(core: Installed) -> None:
    assert core.sandbox("--version").out == f"sandbox {__version__}\n"


def test_the_content_is_found_from_a_folder_without_any(core: Installed) -> None:
    listed = json.loads(core.sandbox("list", "--json").out)
    assert {kind: bool(entries) for kind, entries in listed.items()} == dict.fromkeys(
        (*CONTENT, "agents"), True
    )


def test_hello_runs_on_the_core_alone(core: Installed) -> None:
    done = core.sandbox("run", "hello", "--episodes", "1", "--jobs", "1")
    assert done.code == 0, done.err
    assert "hello_careful" in done.out
    summary = json.loads((core.folder / "results/hello-001/summary.json").read_text())
    assert [cell["invalid"] for cell in summary["cells"]] == [0, 0, 0, 0]


def test_a_fresh_project_runs_on_the_core_alone(core: Installed) -> None:
    assert core.sandbox("init", "mine").code == 0
    inside = Installed(core.wheel, core.venv, core.folder / "mine")
    done = inside.sandbox("run", "my_experiment", "--episodes", "1", "--jobs", "1")
    assert done.code in (0, 1), done.err
    assert "report: " in done.out


def test_first_look_without_langgraph_says_what_to_install(core: Installed) -> None:
    done = core.sandbox("run", "first_look", "--episodes", "1")
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("error: ")
    assert done.err.endswith("pip install 'agent-windtunnel[langgraph]'\n")
    assert not list(core.folder.glob("results/first_look*")), "a folder for a run that never began"


def test_first_look_runs_with_the_extra(core: Installed) -> None:
    # The last test of this file: from here on the environment holds more than the core.
    core.install("langgraph")
    done = core.sandbox("run", "first_look", "--episodes", "1")
    assert done.code in (0, 1), done.err
    summary = json.loads((core.folder / "results/first_look-001/summary.json").read_text())
    assert {cell["agent"] for cell in summary["cells"]} == {"naive", "hardened"}
    assert not any(cell["invalid"] for cell in summary["cells"])
