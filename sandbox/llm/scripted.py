"""A model that answers from a list: for tests and benchmarks."""

from __future__ import annotations

from collections.abc import Iterable

from sandbox.errors import UsageError
from sandbox.llm.messages import Completion, Request


class ScriptedModel:
    """Gives *completions* one after the other, whatever it is asked."""

    def __init__(self, completions: Iterable[Completion], *, name: str = "scripted") -> None:
        self.name = name
        self.turn = 0
        """Answers given so far."""
        self._completions = iter(completions)

    def complete(self, request: Request) -> Completion:
        """The next completion; raises `UsageError` when the script is over."""
        completion = next(self._completions, None)
        if completion is None:
            raise UsageError(
                f"the script of model {self.name!r} is over after {self.turn} answers:"
                f" agent {request.agent!r} asked once more"
            )
        self.turn += 1
        return completion
