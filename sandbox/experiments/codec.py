"""Results as JSON and back: what crosses a process or a file."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from pydantic import TypeAdapter

from sandbox.experiments.matrix import EpisodePlan
from sandbox.experiments.records import ConversationResult, EpisodeResult


@lru_cache
def _adapter(type_: Any) -> TypeAdapter[Any]:
    return TypeAdapter(type_)


def dump(value: Any) -> Any:
    """A record as plain JSON data."""
    return _adapter(type(value)).dump_python(value, mode="json")


def load_episode(data: dict[str, Any]) -> EpisodeResult:
    """An episode's result from its JSON data."""
    return _adapter(EpisodeResult).validate_python(data)  # type: ignore[no-any-return]


def load_conversation(data: dict[str, Any]) -> ConversationResult:
    """A conversation's result from its JSON data."""
    return _adapter(ConversationResult).validate_python(data)  # type: ignore[no-any-return]


def load_plan(data: dict[str, Any]) -> EpisodePlan:
    """An episode's plan from its JSON data."""
    return _adapter(EpisodePlan).validate_python(data)  # type: ignore[no-any-return]
