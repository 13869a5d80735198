"""Every notebook runs from top to bottom, in a kernel of its own, from any folder."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

FOLDER = Path(__file__).resolve().parents[2] / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))


# Jupyter's client and ZeroMQ warn about their own business (event loop policies, platform dirs).
@pytest.mark.filterwarnings("default")
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)
def test_a_notebook_runs_from_top_to_bottom(path: Path, tmp_path: Path) -> None:
    notebook = nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]
    client = NotebookClient(
        notebook, timeout=300, kernel_name="python3",
        resources={"metadata": {"path": str(tmp_path)}},
    )  # fmt: skip
    client.execute()
    assert _text(notebook.cells[-1]) == "True", "two runs of one seed gave two digests"
    assert [page for page in _pages(notebook) if "vegaEmbed" in page and "hardened" in page], (
        "nothing was drawn"
    )


def _text(cell: nbformat.NotebookNode) -> str:
    return str(cell.outputs[-1].data["text/plain"])


def _pages(notebook: nbformat.NotebookNode) -> list[str]:
    """What the cells show as HTML: tables, and charts with their data."""
    outputs = (o for c in notebook.cells for o in c.get("outputs", []))
    return [str(output.get("data", {}).get("text/html", "")) for output in outputs]
