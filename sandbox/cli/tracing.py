"""`sandbox trace`."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from sandbox.cli.columns import print_line, print_rows
from sandbox.content.suggest import did_you_mean
from sandbox.errors import UsageError
from sandbox.experiments.folder import ResultsFolder
from sandbox.experiments.records import ConversationResult, EpisodeResult
from sandbox.experiments.timeline import render_text, timeline
from sandbox.experiments.trace_file import Event, of_conversation, read_events
from sandbox.experiments.visible import visible

CONVERSATIONS_MAX = 10
"""Of more than these only a list is shown: a day of traffic has ten thousand."""


def trace_command(
    folder: Path, episode: str, *, conversation: str | None, full: bool, as_json: bool
) -> int:
    """Show the events of one episode as a readable timeline, or raw."""
    results = ResultsFolder.open(folder)
    path = results.trace_path(episode)
    # None for an episode that was cut off: its trace is there, its result is not.
    result = next((e for e in results.episodes() if e.id == episode), None)
    units = result.conversations if result else ()
    if conversation is not None:
        units = tuple(u for u in units if u.id == conversation)
    if conversation is None and len(units) > CONVERSATIONS_MAX and not as_json:
        _list(units, Console())
        return 0
    events = _events(path, conversation, result)
    if as_json:
        for event in events:
            print(json.dumps(event, ensure_ascii=False))  # noqa: T201
        return 0
    console = Console()
    for name in _names(events):
        render_text(timeline(events, name, results=units), console, full=full)
    for unit in units:
        print_line(console, _told(unit))
    print_line(console, f"replay: {result.replay}" if result else "cut off: it has no result")
    return 0


def _events(path: Path, conversation: str | None, result: EpisodeResult | None) -> list[Event]:
    """The events of the episode, or of one *conversation* and no other."""
    if conversation is None:
        return list(read_events(path))
    alone = result is not None and len(result.conversations) == 1
    events = of_conversation(
        read_events(path, naming=() if alone else (conversation,)), conversation
    )
    if conversation not in _names(events):
        near = did_you_mean(conversation, _names(list(read_events(path))))
        raise UsageError(f"no conversation {conversation!r} in {path.stem}{near}")
    return events


def _names(events: Sequence[Event]) -> list[str]:
    return [e["conversation"] for e in events if e["type"] == "conversation_start"]


def _told(unit: ConversationResult) -> str:
    return f"{unit.id}: {unit.verdict}, {unit.outcome}: {visible(unit.sentence)}"


def _list(units: Sequence[ConversationResult], console: Console) -> None:
    """Those that went wrong among many, and how to see one of them."""
    failed = [u for u in units if u.verdict != "pass"]
    title = f"{len(units)} conversations, {len(failed)} of them not passed"
    print_rows(console, title, [(u.id, f"{u.outcome}: {u.sentence}") for u in failed])
    print_line(console, f"--conversation {(failed or units)[0].id} shows one of them.")
