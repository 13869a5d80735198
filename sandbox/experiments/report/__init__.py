"""Reports of a run, written into its results folder: a page for people, a file for CI."""

from __future__ import annotations

from pathlib import Path

from sandbox.experiments.folder import JUNIT, REPORT
from sandbox.experiments.report.junit import junit
from sandbox.experiments.report.page import page
from sandbox.experiments.results import Results


def write_reports(results: Results) -> None:
    """Write `report.html` (one self-contained file) and `junit.xml` beside the *results*."""
    _write(results.path / REPORT, page(results))
    _write(results.path / JUNIT, junit(results))


def _write(path: Path, text: str) -> None:
    """Write as a whole or not at all: whoever has the report open never reads half of one."""
    temporary = path.with_name(path.name + ".tmp")
    temporary.write_text(text, encoding="utf-8")
    temporary.replace(path)
