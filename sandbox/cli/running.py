"""`sandbox run`."""

from __future__ import annotations

import json
import shlex
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
    # A CI that cancels a job keeps what is done.
    before = signal.signal(signal.SIGTERM, _as_interrupt)
    try:
        results = run(
            spec, out=out, seed=seed, jobs=jobs, episodes=episodes, task=task, resume=resume,
            progress=RichProgress(errors),
        )  # fmt: skip
    finally:
        signal.signal(signal.SIGTERM, before)
    if as_json:
        print(json.dumps(results.summary, ensure_ascii=False))  # noqa: T201
    else:
        print_summary(results, Console())
    if not results.summary["complete"]:
        again = {"--seed": seed, "--episodes": episodes, "--task": task}
        words = ["sandbox", "run", spec, "--out", str(results.path), "--resume"]
        words += [str(x) for pair in again.items() if pair[1] is not None for x in pair]
        kept = results.summary["episodes"]
        errors.print(
            f"Interrupted: {kept} {'episode is' if kept == 1 else 'episodes are'} kept. Look at "
            f"{results.report}, or go on with\n  {shlex.join(words)}",
            soft_wrap=True, highlight=False, markup=False,
        )  # fmt: skip
    sys.stdout.flush()
    return results.exit_code


def _as_interrupt(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt
