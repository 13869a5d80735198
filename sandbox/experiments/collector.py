"""Sorts the trace's events by conversation while they happen."""

from __future__ import annotations

from typing import Any


class Collector:
    """Keeps the events of each running conversation until it is graded.

    Events of a call that name no conversation belong to the one that made the call.
    """

    def __init__(self) -> None:
        self._events: dict[str, list[dict[str, Any]]] = {}
        self._calls: dict[str, str] = {}

    def open(self, conversation: str) -> None:
        """Begin to keep the events of *conversation*."""
        self._events[conversation] = []

    def __call__(self, event: dict[str, Any]) -> None:
        """Take in one event; a listener of the trace."""
        conversation = event.get("conversation")
        call = event.get("call")
        if conversation is None and call is not None:
            conversation = self._calls.get(call)
        if conversation is None or conversation not in self._events:
            return
        if call is not None:
            self._calls[call] = conversation
        self._events[conversation].append(event)

    def close(self, conversation: str) -> list[dict[str, Any]]:
        """The events of *conversation*, forgotten here from now on."""
        events = self._events.pop(conversation)
        for event in events:
            self._calls.pop(event.get("call", ""), None)
        return events
