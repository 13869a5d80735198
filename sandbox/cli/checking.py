"""`sandbox doctor`."""

from __future__ import annotations

import json
import os
import platform
import sys
import tempfile
from importlib import metadata
from pathlib import Path
from typing import Any

from rich.console import Console

from sandbox import __version__
from sandbox.cli.columns import print_line, print_rows, print_text
from sandbox.content.places import Places
from sandbox.experiments.folder import TRACES
from sandbox.experiments.matrix import episodes
from sandbox.experiments.records import EpisodeResult
from sandbox.experiments.replaying import first_difference
from sandbox.experiments.setup import Setup
from sandbox.experiments.spec import AgentEntry, ExperimentSpec
from sandbox.experiments.supervisor import Supervisor
from sandbox.sim.boundary import Level, apis
from sandbox.systems.snapshot import cache_folder
from sandbox.worlds.world import World

_LEVELS: dict[Level, str] = {
    "simulated": "works, in virtual time",
    "patched": "virtual time, seeded chance",
    "refused": "raises EscapedSimulation, which names the call",
    "passes": "real, and not watched",
}
_EXTRAS = {"langgraph": "langgraph", "pandas": "notebooks", "altair": "notebooks"}
_EPISODES = 6


def doctor_command(*, agent: str | None, world: str, as_json: bool) -> int:
    """Report on this machine; with *agent*, run it twice and say whether it is reproducible."""
    if agent is not None:
        return _agent(agent, world, as_json=as_json)
    report = _machine()
    if as_json:
        print(json.dumps(report, ensure_ascii=False))  # noqa: T201
    else:
        _show(report, Console())
    return 0 if all(c["ok"] for c in report["checks"]) else 1


def _machine() -> dict[str, Any]:
    cache = cache_folder()
    checks = [
        _check("Python", platform.python_version(), (3, 11) <= sys.version_info[:2] < (3, 14),
               "use Python 3.11, 3.12 or 3.13"),
        _check("cores", str(os.cpu_count()), ok=True),
        _check("cache of built worlds", str(cache or "none"),
               cache is not None and _writable(cache),
               "set SANDBOX_CACHE to a folder that can be written; worlds are rebuilt until then"),
    ]  # fmt: skip
    checks += [
        _check(f"package {package}", _version(package, extra), ok=True)
        for package, extra in _EXTRAS.items()
    ]
    return {
        "sandbox_version": __version__,
        "checks": checks,
        "boundary": [{"api": a.name, "level": a.level, "note": a.note} for a in apis()],
    }


def _version(package: str, extra: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return f"not installed: pip install 'agent-windtunnel[{extra}]'"


def _check(name: str, found: str, ok: bool, remedy: str = "") -> dict[str, Any]:
    return {"check": name, "found": found, "ok": ok, "remedy": "" if ok else remedy}


def _writable(folder: Path) -> bool:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return os.access(folder, os.W_OK)
    except OSError:
        return False


def _show(report: dict[str, Any], console: Console) -> None:
    print_line(console, f"sandbox {report['sandbox_version']}", "bold")
    for check in report["checks"]:
        remedy = f": {check['remedy']}" if check["remedy"] else ""
        mark = "ok" if check["ok"] else "NO"
        print_line(console, f"  {mark}  {check['check']}: {check['found']}{remedy}")
    print_line(console, "")
    print_line(console, "What agent code meets inside an episode", "bold")
    for level, meaning in _LEVELS.items():
        found = [api for api in report["boundary"] if api["level"] == level]
        print_line(console, "")
        if level == "refused":
            _show_refused(found, meaning, console)
        else:
            print_rows(console, f"{level}: {meaning}", [(a["api"], a["note"]) for a in found])


def _show_refused(found: list[dict[str, str]], meaning: str, console: Console) -> None:
    """The many that are refused, by what to do instead."""
    print_line(console, f"refused: {meaning}", "bold")
    for note in dict.fromkeys(api["note"] for api in found):
        names = dict.fromkeys(api["api"] for api in found if api["note"] == note)
        print_text(console, ", ".join(names), indent="  ")
        print_text(console, note, indent="      ")


def _agent(path: str, world: str, *, as_json: bool) -> int:
    """Two fresh processes, two hash seeds: same events, same schedule?"""
    spec = ExperimentSpec(
        id="doctor", title="doctor", world=world, agents=[AgentEntry(name="agent", path=path)],
        episodes=_EPISODES,
    )  # fmt: skip
    with tempfile.TemporaryDirectory(prefix="sandbox-doctor-") as scratch:
        runs = [_run(spec, Path(scratch) / seed, hash_seed=seed) for seed in ("1", "2")]
        found = [_difference(a, b, Path(scratch)) for a, b in zip(*runs, strict=True)]
    different = [f for f in found if f]
    if as_json:
        out = {"agent": path, "reproducible": not different, "differences": different}
        print(json.dumps(out, ensure_ascii=False))  # noqa: T201
    elif different:
        print(f"not reproducible: {different[0]}")  # noqa: T201
    else:
        print(f"reproducible: {len(found)} episodes, two processes, two hash seeds")  # noqa: T201
    return 1 if different else 0


def _run(spec: ExperimentSpec, folder: Path, *, hash_seed: str) -> list[EpisodeResult]:
    (folder / TRACES).mkdir(parents=True)
    cwd = Path.cwd()
    setup = Setup(spec, cwd / "doctor.yaml", cwd, folder)
    tasks = sorted(World.load(spec.world, places=Places(cwd)).tasks)
    before = {k: os.environ.get(k) for k in ("PYTHONHASHSEED", "SANDBOX_HASHSEED")}
    os.environ.update(PYTHONHASHSEED=hash_seed, SANDBOX_HASHSEED="inherit")
    try:
        with Supervisor(setup, jobs=1) as supervisor:
            return list(supervisor.run(episodes(spec, tasks)))
    finally:
        for key, value in before.items():
            if value is None:
                del os.environ[key]
            else:
                os.environ[key] = value


def _difference(a: EpisodeResult, b: EpisodeResult, scratch: Path) -> str:
    if a.trace_digest != b.trace_digest:
        paths = [scratch / seed / TRACES / f"{a.id}.jsonl" for seed in ("1", "2")]
        return f"{a.id} {first_difference(*paths)}"
    if a.schedule_digest != b.schedule_digest:
        return (
            f"{a.id}: same events, another schedule: callbacks ran in another order or number, as "
            "when a set of tasks is iterated"
        )
    return ""
