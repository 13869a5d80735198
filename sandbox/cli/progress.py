"""How far a run has come: a bar on a terminal, a line for each tenth in a log."""

from __future__ import annotations

from collections.abc import Callable

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
)

from sandbox.experiments.figures import duration
from sandbox.experiments.records import EpisodeResult
from sandbox.sim.realtime import monotonic_s

LINES = 10
"""How many lines a whole run writes where there is no terminal."""


class RichProgress:
    """Shows episodes done, failures so far and the time left; a `Progress` of the runner.

    Give it a console on standard error. Only `stop` gives the terminal back as it was, so call it
    however the run ends; calling it twice does no harm.
    """

    def __init__(self, console: Console, *, now: Callable[[], float] = monotonic_s) -> None:
        self._console = console
        self._now = now
        self._bar: Progress | None = None
        self._task: TaskID | None = None
        self._total = self._done = self._earlier = 0
        self._failed = self._invalid = 0
        self._began_s = 0.0

    def start(self, total: int, done: int) -> None:
        """The run begins: *total* episodes, *done* of them in an earlier run."""
        self._total, self._done, self._earlier = total, done, done
        self._began_s = self._now()
        if not self._console.is_interactive:
            earlier = f", {done} of them done before" if done else ""
            self._console.print(f"{total} episodes{earlier}", highlight=False)
            return
        self._bar = Progress(
            TextColumn("episodes"), BarColumn(bar_width=None), MofNCompleteColumn(),
            TextColumn("{task.fields[words]}"), TimeRemainingColumn(compact=True),
            TextColumn("left"), console=self._console, transient=True, expand=True,
        )  # fmt: skip
        self._task = self._bar.add_task("", total=total, completed=done, words=self._words())
        self._bar.start()

    def episode(self, episode: EpisodeResult) -> None:
        """One episode has ended."""
        before = self._tenths()
        self._done += 1
        self._failed += episode.verdict == "fail"
        self._invalid += episode.verdict == "invalid"
        if self._bar is not None and self._task is not None:
            self._bar.update(self._task, completed=self._done, words=self._words())
        elif self._tenths() > before:
            line = f"{self._done}/{self._total} episodes, {self._words()}{self._left()}"
            self._console.print(line, highlight=False, soft_wrap=True)

    def stop(self) -> None:
        """The run has ended, one way or another: the bar goes, the cursor comes back."""
        bar, self._bar = self._bar, None
        if bar is not None:
            bar.stop()

    def _tenths(self) -> int:
        return self._done * LINES // max(1, self._total)

    def _words(self) -> str:
        invalid = f", {self._invalid} invalid" if self._invalid else ""
        return f"{self._failed} failed{invalid}"

    def _left(self) -> str:
        """The time left, if all episodes take as long as those of this run so far."""
        own, waiting = self._done - self._earlier, self._total - self._done
        if waiting <= 0 or own <= 0:
            return ""
        return f", about {duration((self._now() - self._began_s) / own * waiting)} left"
