"""What a worker needs to know before its first episode."""

from __future__ import annotations

import json
import shlex
from dataclasses import dataclass
from pathlib import Path

from sandbox.experiments.folder import TRACES
from sandbox.experiments.spec import ExperimentSpec


@dataclass(frozen=True)
class Setup:
    """One experiment, ready to run: the spec, where it stands, where results go."""

    spec: ExperimentSpec
    near: Path
    """The spec's file: agent files and content folders are looked for beside it."""
    cwd: Path
    """The working directory of the command, searched first."""
    folder: Path | None
    """The results folder; None keeps traces out of files."""
    trace_schedule: bool = False
    logs: bool = False
    """Whether what agents print goes to a file in the folder, not to standard error."""

    def trace_path(self, episode: str) -> Path | None:
        """Where the trace of *episode* is written."""
        return self.folder / TRACES / f"{episode}.jsonl" if self.folder else None

    def replay_command(self, episode: str) -> str:
        """The command that runs *episode* again."""
        return f"sandbox replay {shlex.quote(_shown(self.folder, self.cwd))} {episode}"

    def to_json(self) -> str:
        """One line of JSON, read back by `from_json`."""
        return json.dumps({
            "spec": self.spec.model_dump(mode="json"), "near": str(self.near),
            "cwd": str(self.cwd), "folder": str(self.folder) if self.folder else None,
            "trace_schedule": self.trace_schedule, "logs": self.logs,
        })  # fmt: skip

    @classmethod
    def from_json(cls, text: str) -> Setup:
        """The setup that `to_json` wrote."""
        data = json.loads(text)
        return cls(
            ExperimentSpec.model_validate(data["spec"]),
            Path(data["near"]),
            Path(data["cwd"]),
            Path(data["folder"]) if data["folder"] else None,
            data["trace_schedule"],
            data["logs"],
        )


def _shown(folder: Path | None, cwd: Path) -> str:
    if folder is None:
        return "RESULTS"
    return str(folder.relative_to(cwd)) if folder.is_relative_to(cwd) else str(folder)
