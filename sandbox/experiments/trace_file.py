"""Trace files read back: the events of an episode, or of a few of its many conversations."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from typing import Any

Event = dict[str, Any]


def read_events(path: Path, *, naming: Collection[str] = ()) -> Iterator[Event]:
    """The events in the trace file *path*, in order; a half-written last line is left out.

    With *naming*, only events whose text holds one of these conversations' names: a day of traffic
    is one file, and most of it need not be parsed.
    """
    names = re.compile("|".join(re.escape(name) for name in sorted(naming)))
    with path.open(encoding="utf-8", errors="replace") as file:
        for line in file:
            if naming and not names.search(line):
                continue
            try:
                event = json.loads(line)
            except ValueError:
                continue
            if isinstance(event, dict) and "type" in event:
                yield event


def of_conversation(events: Iterable[Event], conversation: str) -> list[Event]:
    """The events of one conversation: those that name it, or end a call that does.

    What the world does by itself names nobody; it belongs to the conversation where there is one.
    """
    kept = list(events)
    alone = len({e["conversation"] for e in kept if e.get("conversation")}) <= 1
    calls: set[str] = set()
    own = []
    for event in kept:
        name, call = event.get("conversation"), event.get("call")
        mine = name == conversation or (not name and (alone if call is None else call in calls))
        if mine:
            own.append(event)
            if call is not None:
                calls.add(call)
    return own
