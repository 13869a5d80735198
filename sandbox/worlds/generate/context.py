"""What a generator gets, and what it gives: batches of rows for the systems' tables."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

from sandbox.errors import UsageError
from sandbox.sim.seeds import Seeds
from sandbox.worlds.articles import Article

DAY_S = 86_400
HOUR_S = 3_600


@dataclass(frozen=True)
class Batch:
    """Rows for one table, as tuples in the order of *columns*."""

    table: str
    columns: tuple[str, ...]
    rows: Sequence[Sequence[Any]]


@dataclass(frozen=True)
class Context:
    """Everything that a population may depend on; never the wall clock."""

    epoch_s: int
    """Unix seconds at which episodes start: history ends here."""
    seeds: Seeds
    parameters: Mapping[str, int | float | str]
    articles: tuple[Article, ...]
    principal: str
    """The agent's name, which the systems know as a member of staff."""
    folders: tuple[Path, ...]
    """The world's content folders, nearest first."""

    def number(self, name: str, default: int) -> int:
        """The parameter *name* as a whole number that is not negative."""
        value = self.parameters.get(name, default)
        if isinstance(value, bool) or not isinstance(value, int) or value < 0:
            raise UsageError(f"generator parameter {name}={value!r} must be a whole number >= 0")
        return value

    def file(self, name: str) -> Path:
        """The nearest content file called *name*."""
        for folder in self.folders:
            if (folder / name).is_file():
                return folder / name
        where = ", ".join(str(folder) for folder in self.folders)
        raise UsageError(f"the generator needs a file {name} in {where}")


Generator = Callable[[Context], Iterable[Batch]]


def iso(seconds: float) -> str:
    """Unix *seconds* as the systems store time: 2026-03-02T08:00:00Z."""
    day, second = divmod(int(seconds), DAY_S)
    minute, second = divmod(second, 60)
    hour, minute = divmod(minute, 60)
    return f"{_date(day)}T{hour:02d}:{minute:02d}:{second:02d}Z"


@cache
def _date(day: int) -> str:
    # A hundred thousand times fall on some seven hundred days.
    return datetime.fromtimestamp(day * DAY_S, UTC).date().isoformat()


def token(rng: Random, prefix: str) -> str:
    """A vendor's id: *prefix*, an underscore and 24 letters or digits."""
    return f"{prefix}_{b64encode(rng.randbytes(18), b'Xz').decode()}"
