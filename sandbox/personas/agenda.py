"""What a user wants, knows and puts up with: decides the answer to each message of the agent.

No clock and no chance of its own here: the same messages and the same draws give the same answers.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from random import Random

from sandbox.personas.asks import Askable, askable
from sandbox.personas.move import LeftReason, Move
from sandbox.personas.persona import Persona
from sandbox.personas.sentences import normalise
from sandbox.personas.speak import Occasion, say
from sandbox.personas.understand import Act, Understood, understand
from sandbox.worlds.task import Fact, TaskUser

CONFUSED_MAX = 3
"""Unreadable messages that a person bears."""
PUT_OFF_MAX = 6
"""How often in a row they let themselves be put off ("please wait", "try later")."""
REPEATS_MAX = 4
"""How often they say what it is about."""
UNKNOWN_MAX = 4
"""Questions that no fact answers; more of them say that the simulation lacks something."""
ASKS_MEANING = 0.5
"""Chance that somebody of low tech skill first asks what a technical word means."""

_NAME_ASKED = [
    "your name", "full name", "last name", "first name", "surname", "name on the account",
]  # fmt: skip
_JARGON = re.compile(
    r"\b(?:(?:charge|tracking|transaction) id|tracking (?:number|code)|reference code|sku"
    r"|serial number|two-factor code|url|browser|cache|screenshot|pdf|iban)\b",
    re.IGNORECASE,
)
_DEED = re.compile(
    r"\b(?:refund|money back|reimburs|cancel|replac|exchang|return|chang|updat|correct|delet|eras|"
    r"remov|clos|merg|credit|match|unlock|reset|send|sent|ship|stop|pay|paid)"
)


class Agenda:
    """One person with one wish: gives the opening, then a `Move` for every message."""

    def __init__(self, persona: Persona, user: TaskUser) -> None:
        self.persona = persona
        self.user = user
        self._facts = _known(user)
        self._askable: Sequence[Askable] = [askable(fact) for fact in self._facts.values()]
        self._wants_deed = _DEED.search(normalise(f"{user.goal} {user.opening}")) is not None
        self.revealed: dict[str, None] = {}
        """Names of the facts told so far, in order."""
        self.settled = False
        """Whether the agent has said that the wish is carried out."""
        self.lacking = ""
        """What the simulation could not answer for this person; empty: nothing."""
        self._pushed = 0
        self._confused = 0
        self._put_off = 0
        self._unknown = 0
        self._repeats = 0
        self._asked_meaning = False

    def read(self, message: str) -> Understood:
        """What *message* means to this person."""
        return understand(message, self._askable)

    def answer(self, message: str, heard: Understood, rng: Random) -> Move:
        """The answer to *message*, which was *heard* as such."""
        if heard.means("done"):
            self.settled = True
        if heard.act not in _PUTS_OFF:
            self._put_off = 0
        return _ANSWERS[heard.act](self, message, heard, rng)

    # -- questions

    def _asks(self, message: str, heard: Understood, rng: Random) -> Move:
        puzzle = self._puzzling(message, rng)
        names = [name for name in heard.asked if not (puzzle and self._is_about(name, puzzle))]
        facts = [self._facts[name] for name in names]
        self.revealed.update(dict.fromkeys(names))
        text = _telling(facts, terse=self.persona.verbosity == "terse")
        if text and (heard.stated or (heard.means("confirm") and not _says_no(facts))):
            text = f"Yes. {text}"
        if puzzle:
            self._asked_meaning = True
            text = f"{text} {self._say('what_is', rng).format(word=puzzle)}".lstrip()
            return Move(text, f"does not know what {puzzle} means")
        return Move(text, "answers " + ", ".join(names))

    def _puzzling(self, message: str, rng: Random) -> str:
        # The draw is made in any case: whether the message holds jargon shifts no later draw.
        draw = rng.random()
        if self._asked_meaning or self.persona.tech_skill != "low" or draw >= ASKS_MEANING:
            return ""
        match = _JARGON.search(message)
        return match.group().lower() if match else ""

    def _is_about(self, name: str, puzzle: str) -> bool:
        words = normalise(puzzle)
        return any(normalise(asked) in words for asked in self._facts[name].asked)

    def _confirm(self, _message: str, heard: Understood, rng: Random) -> Move:
        if heard.stated and not heard.means("confirm"):
            return Move(self._say("right", rng), "confirms " + ", ".join(heard.stated))
        return Move(self._say("yes", rng), "agrees")

    def _question(self, message: str, _heard: Understood, rng: Random) -> Move:
        self._unknown += 1
        if self._unknown > UNKNOWN_MAX:
            self.lacking = f"no fact of the task answers {message[:120]!r}"
            return self._leave("gave_up", "gave_up", rng, "cannot answer these questions")
        return Move(self._say("dont_know", rng), "does not know")

    def _open(self, _message: str, _heard: Understood, rng: Random) -> Move:
        self._repeats += 1
        if self._repeats > REPEATS_MAX:
            return self._leave("gave_up", "gave_up", rng, "has said it often enough")
        text = self._say("ask_again", rng).format(opening=self.user.opening)
        untold = next((f for n, f in self._facts.items() if n not in self.revealed), None)
        if self._repeats > 1 and untold is not None:
            self.revealed[untold.name] = None
            return Move(f"{text} {_telling([untold], terse=False)}", f"tells more: {untold.name}")
        return Move(text, "says again what it is about")

    def _lost(self, _message: str, _heard: Understood, rng: Random) -> Move:
        told = [self._facts[n] for n in ("name", "email") if n in self._facts]
        self.revealed.update(dict.fromkeys(f.name for f in told))
        text = " ".join(f"My {_spoken(f.name)} is {f.value}." for f in told)
        return self._bear(Move(text, "helps to find the record"), rng)

    # -- results

    def _done(self, _message: str, _heard: Understood, rng: Random) -> Move:
        return self._leave("satisfied", "satisfied", rng, "has what they wanted")

    def _handoff(self, _message: str, _heard: Understood, rng: Random) -> Move:
        return self._leave("handed_over", "satisfied", rng, "is told that others take over")

    def _refused(self, _message: str, heard: Understood, rng: Random) -> Move:
        persona, lines = self.persona, self.user.pushbacks
        if self._pushed < persona.pushbacks:
            own = lines[self._pushed] if self._pushed < len(lines) else ""
            self._pushed += 1
            why = f"pushes back ({self._pushed} of {persona.pushbacks})"
            return Move(own or self._say("pushback", rng), why)
        if heard.means("confirm"):
            return Move(self._say("yes", rng), "takes what is offered instead")
        if self.user.accepts_no:
            return self._leave("accept_no", "refused", rng, "accepts the refusal")
        return self._leave("refused", "refused", rng, "does not accept the refusal")

    def _informs(self, _message: str, _heard: Understood, rng: Random) -> Move:
        if not self._wants_deed or self.settled:
            return self._leave("satisfied", "satisfied", rng, "has the answer")
        self._repeats += 1
        if self._repeats == 1:
            return Move(self._say("what_now", rng), "hears news but no result")
        if self.user.accepts_no:
            return self._leave(
                "accept_no", "satisfied", rng, "takes the explanation for the answer"
            )
        return self._leave("gave_up", "gave_up", rng, "hears no result")

    # -- delays

    def _waiting(self, _message: str, _heard: Understood, rng: Random) -> Move:
        return self._bear(
            Move(self._say("done_yet", rng), "asks whether it is done", pause="long"), rng
        )

    def _promise(self, _message: str, _heard: Understood, rng: Random) -> Move:
        return self._bear(Move(self._say("go_on", rng), "lets the agent go on"), rng)

    def _trouble(self, _message: str, _heard: Understood, rng: Random) -> Move:
        return self._bear(Move(self._say("retry", rng), "asks to try again"), rng)

    def _farewell(self, _message: str, _heard: Understood, rng: Random) -> Move:
        if self.settled or not self._wants_deed:
            return self._leave("satisfied", "satisfied", rng, "has what they wanted")
        text = self._say("ask_again", rng).format(opening=self.user.opening)
        return self._bear(Move(text, "reminds the agent of the request"), rng)

    def _unreadable(self, _message: str, _heard: Understood, rng: Random) -> Move:
        self._confused += 1
        if self._confused > CONFUSED_MAX:
            return self._leave("gave_up", "gave_up", rng, "cannot make sense of the agent")
        return Move(self._say("not_understood", rng), "does not understand")

    def _bear(self, move: Move, rng: Random) -> Move:
        self._put_off += 1
        if self._put_off > PUT_OFF_MAX:
            return self._leave("gave_up", "gave_up", rng, "has been put off too often")
        return move

    # -- words

    def _say(self, occasion: Occasion, rng: Random) -> str:
        return say(occasion, self.persona, rng)

    def _leave(self, occasion: Occasion, reason: LeftReason, rng: Random, why: str) -> Move:
        return Move(self._say(occasion, rng), why, leaves=reason)


_Answer = Callable[[Agenda, str, Understood, Random], Move]
_ANSWERS: dict[Act, _Answer] = {
    "asks": Agenda._asks, "confirm": Agenda._confirm, "question": Agenda._question,
    "open": Agenda._open, "lost": Agenda._lost, "done": Agenda._done,
    "handoff": Agenda._handoff, "refused": Agenda._refused, "informs": Agenda._informs,
    "waiting": Agenda._waiting, "unfinished": Agenda._waiting, "promise": Agenda._promise,
    "trouble": Agenda._trouble, "farewell": Agenda._farewell, "unreadable": Agenda._unreadable,
}  # fmt: skip
_PUTS_OFF: frozenset[Act] = frozenset(
    {"waiting", "promise", "unfinished", "trouble", "farewell", "lost"}
)


def _known(user: TaskUser) -> dict[str, Fact]:
    # Everybody knows their own name and email. The task's facts come first: of two with the same
    # wording, the first is the one asked for.
    facts = {fact.name: fact for fact in user.facts}
    facts.setdefault("name", Fact(name="name", value=user.name, asked=_NAME_ASKED))
    facts.setdefault(
        "email", Fact(name="email", value=user.email, asked=["email address", "email"])
    )
    return facts


def _telling(facts: Sequence[Fact], *, terse: bool) -> str:
    if terse:
        return ", ".join(str(fact.value) for fact in facts)
    bare = len(facts) == 1
    return " ".join(
        fact.says
        or (f"It's {fact.value}." if bare else f"My {_spoken(fact.name)} is {fact.value}.")
        for fact in facts
    )


def _spoken(name: str) -> str:
    return name.replace("_", " ")


def _says_no(facts: Sequence[Fact]) -> bool:
    return any((fact.says or str(fact.value)).lower().startswith("no") for fact in facts)
