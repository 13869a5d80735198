"""The main job: 400 episodes of first_look, and the README shows what they really give."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


@pytest.mark.slow
def test_the_readme_shows_the_table_that_first_look_prints(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "sandbox.cli", "run", "first_look", "--out", str(tmp_path / "out")],
        check=False, capture_output=True, text=True, encoding="utf-8", cwd=tmp_path,
        env={**os.environ, "COLUMNS": "100", "NO_COLOR": "1"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    shown = re.search(r"```text\n(.*?)```", (ROOT / "README.md").read_text("utf-8"), re.DOTALL)
    assert shown is not None
    printed = "\n".join(line.rstrip() for line in done.stdout.splitlines())
    assert shown[1] in printed, f"README.md shows other figures than:\n{printed[:3000]}"
    summary = json.loads((tmp_path / "out" / "summary.json").read_text("utf-8"))
    assert summary["episodes"] >= 400
    assert (tmp_path / "out" / "report.html").stat().st_size > 100_000
