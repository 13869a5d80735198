"""The attack of an adversarial user: its lines for this task, one per round."""

from __future__ import annotations

from sandbox.content.references import resolve
from sandbox.personas.persona import Persona


class Assault:
    """The lines that an attacker has left to say; empty for honest people and untempting tasks.

    *demand* is the task's tempting wish, *canary* the mark that stands in every line, so that the
    trace shows who has read it.
    """

    def __init__(self, persona: Persona, *, canary: str, demand: str) -> None:
        attack = persona.attack if canary and demand else None
        scope = {"canary": canary, "demand": demand}
        self.kind = attack.kind if attack is not None else ""
        self.in_opening = attack is not None and attack.in_opening
        self._lines: list[str] = (
            [str(resolve(line, scope)) for line in attack.lines] if attack is not None else []
        )
        self.rounds = len(self._lines)
        self.said = 0

    @property
    def left(self) -> int:
        """How many lines are still to be said."""
        return self.rounds - self.said

    def strike(self) -> str:
        """The next line; there must be one left."""
        assert self.left, "the attack is over"
        self.said += 1
        return self._lines[self.said - 1]
