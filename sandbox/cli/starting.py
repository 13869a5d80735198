"""`sandbox init`."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

from rich.console import Console

from sandbox.errors import MissingExtra, UsageError

TEMPLATE = Path(__file__).parent / "project"
_AGENTS = {"plain": "my_agent.py", "langgraph": "my_graph.py"}


def init_command(folder: Path, *, agent: str) -> int:
    """Write the small project into *folder*, which must be new or empty."""
    if agent not in _AGENTS:
        raise UsageError(f"--agent {agent!r}: choose plain or langgraph")
    if agent == "langgraph" and find_spec("langgraph") is None:
        raise MissingExtra("langgraph", "langgraph")
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageError(f"{folder} exists and is not empty: choose a new folder")
    try:
        _write(folder, agent)
    except OSError as error:
        raise UsageError(f"cannot write to {folder}: {error.strerror}") from error
    console = Console()
    console.print(f"wrote {folder}; now:", highlight=False, markup=False, soft_wrap=True)
    for line in (f"cd {folder}", "sandbox run my_experiment"):
        console.print(f"  {line}", highlight=False, markup=False, soft_wrap=True)
    return 0


def _write(folder: Path, agent: str) -> None:
    unwanted = {name for kind, name in _AGENTS.items() if kind != agent}
    for source in sorted(TEMPLATE.rglob("*")):
        if not source.is_file() or source.name in unwanted or "__pycache__" in source.parts:
            continue
        text = source.read_text("utf-8").replace(_AGENTS["plain"], _AGENTS[agent])
        target = folder / source.relative_to(TEMPLATE)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
