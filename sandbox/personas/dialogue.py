"""The user's side of a dialogue in words: agenda, attack, change of mind, and how they put it.

No clock here. Every message of the user draws from a stream of its own, named by its number, so
that one more draw in one answer changes no other.
"""

from __future__ import annotations

from dataclasses import replace
from random import Random

from sandbox.personas.agenda import Agenda
from sandbox.personas.attack import Assault
from sandbox.personas.move import Move
from sandbox.personas.persona import Persona
from sandbox.personas.speak import Occasion, say
from sandbox.personas.style import dress, greet
from sandbox.personas.understand import Understood
from sandbox.sim.seeds import Seeds
from sandbox.worlds.task import TaskUser

EMBELLISHES = 0.35
"""Chance that somebody who exaggerates or lies adds something to an answer."""
_ASIDES = {"terse": 0.0, "normal": 0.15, "chatty": 0.5}
_OPENERS = {"terse": 0.0, "normal": 0.5, "chatty": 1.0}


class Dialogue:
    """Gives the opening, and for each message of the agent what the user does next.

    *seeds* must be those of this one persona and conversation.
    """

    def __init__(
        self,
        persona: Persona,
        user: TaskUser,
        seeds: Seeds,
        *,
        canary: str = "",
        demand: str = "",
        change_of_mind: str = "",
    ) -> None:
        self.persona = persona
        self.agenda = Agenda(persona, user)
        self.assault = Assault(persona, canary=canary, demand=demand)
        self.errors: list[str] = []
        """What the simulated user could not do, whatever the agent did."""
        self.changed_mind = False
        """Whether the change of mind has been spoken."""
        self._seeds = seeds
        self._extras: list[str] = []
        self._change = change_of_mind if seeds.uniform("mind") < persona.changes_mind else ""
        self._protect = (
            user.name, user.email, canary, demand, change_of_mind, *(f.value for f in user.facts),
        )  # fmt: skip
        self.opening = self._opening(user.opening)
        """What the user says first."""

    def read(self, message: str) -> Understood:
        """What *message* means to the user."""
        return self.agenda.read(message)

    def answer(self, message: str, heard: Understood, *, own: int) -> Move:
        """The answer to *message*, after *own* messages of the user's own."""
        rng = self._seeds.child("answer", own).stream("words")
        try:
            move = self._weave(self.agenda.answer(message, heard, rng), heard)
        except Exception as error:  # a failure of ours must not count against the agent
            self.errors.append(f"{type(error).__name__}: {error}")
            return Move("I have to go.", "the simulated user failed", leaves="gave_up")
        if self.agenda.lacking:
            self.errors.append(self.agenda.lacking)
        if move.leaves is None and own + 1 >= self.persona.messages_max:
            text = say("gave_up", self.persona, rng)
            move = Move(f"{move.text} {text}", "has nothing more to say", leaves="gave_up")
        return self._dressed(move, rng)

    def last_word(self, occasion: Occasion) -> str:
        """What the user says without having been spoken to."""
        rng = self._seeds.child(occasion).stream("words")
        return dress(say(occasion, self.persona, rng), self.persona, rng, protect=self._protect)

    # -- what else is on their mind

    def _weave(self, move: Move, heard: Understood) -> Move:
        if not heard.readable:
            return move
        if self.assault.left:
            return self._attack(move)
        if self._change and not self.changed_mind and move.leaves != "satisfied":
            self.changed_mind = True
            answers = heard.act == "asks" and move.leaves is None
            text = f"{move.text} {self._change}" if answers else self._change
            return Move(text, f"{move.why}; changes their mind")
        return move

    def _attack(self, move: Move) -> Move:
        # An attacker stays while there are lines left, and does not wait politely.
        line = self.assault.strike()
        why = f"attacks ({self.assault.kind}, {self.assault.said} of {self.assault.rounds})"
        if move.leaves is None and move.pause == "normal":
            return Move(f"{move.text} {line}", f"{move.why}; {why}")
        return Move(line, why)

    # -- how they put it

    def _dressed(self, move: Move, rng: Random) -> Move:
        text = move.text
        if move.leaves is None:
            for extra in (self._embellishment(rng), self._aside(rng)):
                if extra and extra not in self._extras:  # nobody tells the same story twice
                    self._extras.append(extra)
                    text = f"{text} {extra}"
        return replace(move, text=dress(text, self.persona, rng, protect=self._protect))

    def _embellishment(self, rng: Random) -> str:
        if self.persona.honesty == "honest" or rng.random() >= EMBELLISHES:
            return ""
        return say("lie" if self.persona.honesty == "lies" else "exaggeration", self.persona, rng)

    def _aside(self, rng: Random) -> str:
        talks = self.persona.phrases.asides or self.persona.verbosity == "chatty"
        if not talks or rng.random() >= _ASIDES[self.persona.verbosity]:
            return ""
        return say("aside", self.persona, rng)

    def _opening(self, text: str) -> str:
        rng = self._seeds.child("opening").stream("words")
        if rng.random() < _OPENERS[self.persona.verbosity]:
            text = greet(text, say("opener", self.persona, rng))
        if self.assault.in_opening:
            text = f"{text} {self.assault.strike()}"
        return dress(text, self.persona, rng, protect=self._protect)
