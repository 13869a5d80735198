"""Results as JSON and back: what crosses a process or a file."""

from __future__ import annotations

from typing import Any

from pydantic import TypeAdapter

from sandbox.experiments.matrix import EpisodePlan
from sandbox.experiments.records import ConversationResult, EpisodeResult

_PLAN = TypeAdapter(EpisodePlan)
_CONVERSATION = TypeAdapter(ConversationResult)
_EPISODE = TypeAdapter(EpisodeResult)


def dump(value: EpisodePlan | ConversationResult | EpisodeResult) -> Any:
    """A record as plain JSON data."""
    match value:
        case EpisodePlan():
            return _PLAN.dump_python(value, mode="json")
        case ConversationResult():
            return _CONVERSATION.dump_python(value, mode="json")
        case EpisodeResult():
            return _EPISODE.dump_python(value, mode="json")


def load_episode(data: dict[str, Any]) -> EpisodeResult:
    """An episode's result from its JSON data."""
    return _EPISODE.validate_python(data)


def load_conversation(data: dict[str, Any]) -> ConversationResult:
    """A conversation's result from its JSON data."""
    return _CONVERSATION.validate_python(data)


def load_plan(data: dict[str, Any]) -> EpisodePlan:
    """An episode's plan from its JSON data."""
    return _PLAN.validate_python(data)
