"""`sandbox trace`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from rich.console import Console

from sandbox.content.suggest import did_you_mean
from sandbox.errors import UsageError
from sandbox.experiments.folder import ResultsFolder
from sandbox.experiments.timeline import render_text, timeline


def trace_command(
    folder: Path, episode: str, *, conversation: str | None, full: bool, as_json: bool
) -> int:
    """Show the events of one episode as a readable timeline, or raw."""
    results = ResultsFolder.open(folder)
    events = _events(results.trace_path(episode))
    names = [e["conversation"] for e in events if e["type"] == "conversation_start"]
    if conversation is not None and conversation not in names:
        raise UsageError(
            f"no conversation {conversation!r} in {episode}{did_you_mean(conversation, names)}"
        )
    if as_json:
        for event in events:
            if conversation is None or event.get("conversation") in (conversation, None):
                print(json.dumps(event, ensure_ascii=False))  # noqa: T201
        return 0
    console = Console()
    for name in names if conversation is None else [conversation]:
        render_text(timeline(events, name), console, full=full)
    found = [e for e in results.episodes() if e.id == episode]
    for result in found:
        units = [c for c in result.conversations if conversation in (None, c.id)]
        for unit in units:
            verdict = f"{unit.id}: {unit.verdict}, {unit.outcome}: {unit.sentence}"
            console.print(verdict, markup=False, highlight=False, soft_wrap=True)
        console.print(f"replay: {result.replay}", markup=False, highlight=False, soft_wrap=True)
    return 0


def _events(path: Path) -> list[dict[str, Any]]:
    """Every whole event; the last line of a killed worker may be cut."""
    events = []
    with path.open(encoding="utf-8") as file:
        for line in file:
            try:
                events.append(json.loads(line))
            except ValueError:
                break
    return events
