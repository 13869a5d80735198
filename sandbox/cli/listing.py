"""`sandbox list`."""

from __future__ import annotations

import json
from typing import Any

from rich.console import Console

from sandbox.agents.known import KNOWN
from sandbox.cli.columns import print_line, print_rows
from sandbox.content.places import KINDS, Places
from sandbox.content.suggest import did_you_mean
from sandbox.errors import UsageError

_ALL = (*KINDS, "agents")


def list_command(kind: str | None, *, as_json: bool) -> int:
    """Show what there is to use, nearest definition of each name."""
    if kind is not None and kind not in _ALL:
        raise UsageError(
            f"nothing called {kind!r} to list{did_you_mean(kind, _ALL)}; known: {', '.join(_ALL)}"
        )
    kinds = _ALL if kind is None else (kind,)
    found = {k: _entries(k) for k in kinds}
    if as_json:
        print(json.dumps(found, ensure_ascii=False))  # noqa: T201
        return 0
    console = Console()
    for name, entries in found.items():
        print_rows(console, name, [(entry["name"], entry["title"]) for entry in entries])
        print_line(console, "")
    print_line(console, "sandbox show NAME tells more of one.")
    return 0


def _entries(kind: str) -> list[dict[str, Any]]:
    if kind == "agents":
        return [{"name": n, "title": KNOWN[n].title, "path": KNOWN[n].path} for n in sorted(KNOWN)]
    return [
        {"name": e.name, "title": e.title, "path": str(e.path)}
        for e in Places().list(kind)  # type: ignore[arg-type]
    ]
