"""`sandbox replay`."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

from sandbox.errors import UsageError
from sandbox.experiments.folder import ResultsFolder
from sandbox.experiments.replaying import Replay, replay


def replay_command(folder: Path, episode: str | None, *, all_: bool, jobs: int | None) -> int:
    """Run one episode or all again; 0 when identical, 1 when not."""
    if (episode is None) == (not all_):
        raise UsageError("name one episode, or give --all")
    console = Console()
    if episode is not None:
        return _told(console, replay(folder, episode, jobs=1))
    total = len(ResultsFolder.open(folder).episodes())
    errors = Console(stderr=True)
    with Progress(
        "replaying", BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(),
        console=errors, disable=not errors.is_terminal,
    ) as bar:  # fmt: skip
        task = bar.add_task("replay", total=total)
        replays = replay(folder, jobs=jobs, on_replay=lambda _: bar.advance(task))
    return _told(console, replays)


def _told(console: Console, replays: list[Replay]) -> int:
    different = [r for r in replays if not r.identical]
    for found in different if len(replays) > 1 else replays:
        console.print(str(found), markup=False, highlight=False, soft_wrap=True)
    if len(replays) > 1:
        same = len(replays) - len(different)
        line = f"{same} of {len(replays)} episodes identical"
        console.print(
            "identical: " + line if not different else line, markup=False, highlight=False
        )
    return 1 if different else 0
