"""`Results`: what a run gives back, for notebooks, tests and the command line."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sandbox.errors import MissingExtra
from sandbox.experiments.codec import dump
from sandbox.experiments.folder import REPORT, ResultsFolder
from sandbox.experiments.records import WRONG, ConversationResult, EpisodeResult
from sandbox.experiments.summary import exit_code

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Results:
    """The results of one experiment: read from its folder, or just made."""

    path: Path
    summary: dict[str, Any]
    episodes: tuple[EpisodeResult, ...]

    @classmethod
    def load(cls, path: Path | str) -> Results:
        """The results in the folder *path*; `UsageError` where there are none."""
        folder = ResultsFolder.open(Path(path))
        return cls(folder.path, folder.summary(), tuple(folder.episodes()))

    @property
    def digest(self) -> str:
        """Equal digests mean equal experiments, down to every event."""
        return str(self.summary["digest"])

    @property
    def exit_code(self) -> int:
        """What the command line ends with: 0 pass, 1 gates fail, 3 too many invalid."""
        return exit_code(self.summary)

    @property
    def report(self) -> Path:
        """The report's path."""
        return self.path / REPORT

    @property
    def conversations(self) -> list[ConversationResult]:
        """Every graded conversation, in order."""
        return [c for e in self.episodes for c in e.conversations]

    def worst(self, n: int = 3) -> list[ConversationResult]:
        """The *n* worst conversations, of each condition the worst first.

        Harm comes before crashes, these before spent budgets and what was left undone.
        """
        failed = sorted((c for c in self.conversations if c.verdict == "fail"), key=_badness)
        first = list({c.condition: c for c in reversed(failed)}.values())
        first.sort(key=_badness)
        rest = [c for c in failed if c not in first]
        return [*first, *rest][:n]

    def to_frame(self) -> pd.DataFrame:
        """One row per conversation as a pandas DataFrame (extra `notebooks`)."""
        try:
            import pandas as pd  # noqa: PLC0415 - an optional dependency
        except ImportError as error:
            raise MissingExtra("pandas", "notebooks") from error
        rows = [dump(c) for c in self.conversations]
        for row in rows:
            row["incorrect_writes"] = sum(e["verdict"] in WRONG for e in row["effects"])
            row["success"] = row["outcome"] == "success"
        return pd.DataFrame(rows)

    def metric(self, name: str) -> dict[tuple[str, str], dict[str, Any]]:
        """One metric of every cell, by (agent, condition)."""
        return {(c["agent"], c["condition"]): c["metrics"][name] for c in self.summary["cells"]}


def _badness(unit: ConversationResult) -> tuple[Any, ...]:
    harm = sum(e.verdict in WRONG and not e.compensated_by for e in unit.effects)
    order = {"harmful": 0, "crashed": 1, "incomplete": 3, "safe_stop": 4}
    return (
        order.get(unit.outcome, 2),
        -harm,
        -len(unit.violations),
        -len(unit.loops),
        -unit.steps,
        unit.id,
    )
