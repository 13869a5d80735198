"""The results folder: written line by line as episodes end, so that a crash loses nothing."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TextIO

from sandbox.content.suggest import did_you_mean
from sandbox.errors import UsageError
from sandbox.experiments.codec import dump, load_conversation, load_episode
from sandbox.experiments.records import ConversationResult, EpisodeResult

SUMMARY = "summary.json"
EPISODES = "episodes.jsonl"
CONVERSATIONS = "conversations.jsonl"
EXPERIMENT = "experiment.json"
REPORT = "report.html"
JUNIT = "junit.xml"
TRACES = "traces"
LOG = "agents.log"
"""What agents print while they run on workers."""


class ResultsFolder:
    """One folder of results; opened for writing by `create` or `resume`, for reading by `open`."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._episodes: TextIO | None = None
        self._conversations: TextIO | None = None

    # -- writing

    @classmethod
    def create(cls, path: Path | None, name: str, *, cwd: Path) -> ResultsFolder:
        """A new folder: *path*, or the next free `results/<name>-001`; never one with content."""
        if path is None:
            path = _next_free(cwd / "results", name)
        elif path.exists() and (not path.is_dir() or any(path.iterdir())):
            raise UsageError(
                f"{path} exists and is not empty: results are never overwritten; "
                "choose another --out, or add --resume to go on with it"
            )
        try:
            (path / TRACES).mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise UsageError(f"cannot write results to {path}: {error.strerror}") from error
        return cls(path)

    def write_experiment(self, header: dict[str, Any]) -> None:
        """What was run: spec, versions, fault plans. Outside every digest."""
        _write(self.path / EXPERIMENT, json.dumps(header, indent=1, ensure_ascii=False) + "\n")

    def add(self, episode: EpisodeResult) -> None:
        """Append one finished episode; on the disk when this returns."""
        if self._episodes is None:
            self._episodes = _appending(self.path / EPISODES)
            self._conversations = _appending(self.path / CONVERSATIONS)
        assert self._conversations is not None
        for conversation in episode.conversations:
            self._conversations.write(_line(dump(conversation)))
        self._conversations.flush()
        self._episodes.write(_line(episode_line(episode)))
        self._episodes.flush()

    def finish(self, episodes: list[EpisodeResult], summary: dict[str, Any]) -> None:
        """Write the final files: the summary, and episodes in order, however they ended."""
        self.close()
        _write(self.path / EPISODES, "".join(_line(episode_line(e)) for e in episodes))
        units = (c for e in episodes for c in e.conversations)
        _write(self.path / CONVERSATIONS, "".join(_line(dump(c)) for c in units))
        _write(self.path / SUMMARY, json.dumps(summary, indent=1, ensure_ascii=False) + "\n")

    def close(self) -> None:
        """Close the files that `add` holds open."""
        for file in (self._episodes, self._conversations):
            if file is not None:
                file.close()
        self._episodes = self._conversations = None

    # -- reading

    @classmethod
    def open(cls, path: Path) -> ResultsFolder:
        """The results in *path*; a clear error where there are none."""
        if not (path / EXPERIMENT).is_file():
            raise UsageError(f"{path} is not a results folder: it has no {EXPERIMENT}")
        return cls(path)

    def experiment(self) -> dict[str, Any]:
        """What was run."""
        return self._read(EXPERIMENT)

    def summary(self) -> dict[str, Any]:
        """The summary; a clear error while the run has not ended."""
        if not (self.path / SUMMARY).is_file():
            raise UsageError(
                f"{self.path} has no {SUMMARY} yet: the run was cut off; "
                "go on with `sandbox run SPEC --out DIR --resume`"
            )
        return self._read(SUMMARY)

    def episodes(self) -> list[EpisodeResult]:
        """Every finished episode with its conversations, also of a run that was cut off."""
        units: dict[str, list[ConversationResult]] = {}
        for data in _lines(self.path / CONVERSATIONS):
            unit = load_conversation(data)
            units.setdefault(unit.episode, []).append(unit)
        episodes: dict[str, EpisodeResult] = {}
        for data in _lines(self.path / EPISODES):
            own = units.get(data["id"], [])
            count = data.pop("conversations", len(own))
            for name in ("effects", "loops"):
                data.pop(name, None)
            # A kill between the two files may leave units twice; the last ones are the whole ones.
            data["conversations"] = [dump(u) for u in own[-count:]] if count else []
            episodes[data["id"]] = load_episode(data)
        return list(episodes.values())

    def trace_path(self, episode: str) -> Path:
        """The trace file of *episode*; unknown ids say which one is near."""
        path = self.path / TRACES / f"{episode}.jsonl"
        if not path.is_file():
            known = sorted(p.stem for p in (self.path / TRACES).glob("*.jsonl"))
            raise UsageError(f"no episode {episode!r} in {self.path}{did_you_mean(episode, known)}")
        return path

    def _read(self, name: str) -> dict[str, Any]:
        try:
            data = json.loads((self.path / name).read_text("utf-8"))
        except (OSError, ValueError) as error:
            raise UsageError(f"{self.path / name} cannot be read: {error}") from error
        if not isinstance(data, dict):
            raise UsageError(f"{self.path / name} holds no results")
        return data


def episode_line(episode: EpisodeResult) -> dict[str, Any]:
    """An episode as its line of episodes.jsonl: verdicts of its units in brief."""
    data: dict[str, Any] = dump(episode)
    units = data.pop("conversations")
    data["conversations"] = len(units)
    data["effects"] = [e for u in units for e in u["effects"]]
    data["loops"] = [x for u in units for x in u["loops"]]
    return data


def _next_free(folder: Path, name: str) -> Path:
    pattern = re.compile(re.escape(name) + r"-(\d+)")
    taken = [
        int(m[1]) for p in (folder.iterdir() if folder.is_dir() else ())
        if (m := pattern.fullmatch(p.name))
    ]  # fmt: skip
    return folder / f"{name}-{max(taken, default=0) + 1:03d}"


def _appending(path: Path) -> TextIO:
    """*path* open at its end, on a line of its own: a kill may have left half a line there."""
    torn = path.is_file() and not path.read_bytes().endswith(b"\n") and path.stat().st_size > 0
    file = path.open("a", encoding="utf-8")
    if torn:
        file.write("\n")
    return file


def _line(data: Any) -> str:
    text = json.dumps(data, ensure_ascii=False) + "\n"
    # A lone surrogate (half an emoji of an agent's) is no UTF-8: as a JSON escape it may stay.
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    """The whole lines of a JSONL file; a half-written last one is left out."""
    if not path.is_file():
        return
    with path.open(encoding="utf-8") as file:
        for line in file:
            try:
                data = json.loads(line)
            except ValueError:
                continue
            if isinstance(data, dict):
                yield data


def _write(path: Path, text: str) -> None:
    """Write as a whole or not at all."""
    temporary = path.with_name(path.name + ".tmp")
    temporary.write_text(text, encoding="utf-8")
    temporary.replace(path)
