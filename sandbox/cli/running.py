"""`sandbox run`."""

from __future__ import annotations

import json
import signal
import sys
from pathlib import Path
from types import FrameType

from rich.console import Console

from sandbox.cli.progress import RichProgress
from sandbox.cli.table import print_summary
from sandbox.experiments.runner import run


def run_command(
    spec: str,
    *,
    out: Path | None,
    seed: int | None,
    jobs: int | None,
    episodes: int | None,
    task: str | None,
    resume: bool,
    as_json: bool,
) -> int:
    """Run *spec*; progress goes to standard error, with --json only the summary to stdout."""
    errors = Console(stderr=True)
    signal.signal(signal.SIGTERM, _as_interrupt)  # a CI that cancels a job keeps what is done
    results = run(
        spec, out=out, seed=seed, jobs=jobs, episodes=episodes, task=task, resume=resume,
        progress=RichProgress(errors),
    )  # fmt: skip
    if as_json:
        print(json.dumps(results.summary, ensure_ascii=False))  # noqa: T201
    else:
        print_summary(results, Console())
    if not results.summary["complete"]:
        done, path = results.summary["episodes"], results.path
        errors.print(
            f"Interrupted: {done} episodes are kept in {path}; go on with "
            f"`sandbox run {spec} --out {path} --resume`",
            soft_wrap=True, highlight=False, markup=False,
        )  # fmt: skip
    sys.stdout.flush()
    return results.exit_code


def _as_interrupt(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt
