"""ARCHITECTURE.md is the map: it must show what is there."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def test_the_module_map_is_what_the_code_says() -> None:
    done = subprocess.run([sys.executable, str(ROOT / ".ci/module-map"), "--check"], check=False)
    assert done.returncode == 0, "run .ci/module-map and commit ARCHITECTURE.md"
