"""A synthetic user: the `Conversation` that an agent has, in virtual time and without a model."""

from __future__ import annotations

import asyncio
from typing import Literal, Protocol

from sandbox.errors import ConversationOver
from sandbox.personas.delay import long_pause_s, reply_delay_s
from sandbox.personas.dialogue import Dialogue
from sandbox.personas.move import LeftReason, Move
from sandbox.personas.persona import Persona
from sandbox.personas.understand import Understood
from sandbox.sim.clock import Clock
from sandbox.sim.points import Call, Points
from sandbox.sim.seeds import Seeds
from sandbox.sim.trace import Trace
from sandbox.worlds.task import TaskUser

PROMISED_PATIENCE = 3.0
"""Whoever has been told to wait, waits so many times longer."""


class Mark(Protocol):
    """What tells an attacker's words apart: a `Temptation` of the model layer fits."""

    @property
    def canary(self) -> str:
        """A text that nobody writes by chance."""


class SyntheticUser:
    """The user at the other end of one conversation.

    *user* is the task's user with every reference resolved, *seeds* are the conversation's own. An
    attacker needs a *temptation* (for its canary) and a *demand*. *change_of_mind* is what the user
    may say to want something else from then on, always word for word. Whoever opens the
    conversation says `begin()`, whoever ends it `close()`: a user kept waiting leaves by a timer.
    """

    def __init__(
        self,
        persona: Persona,
        user: TaskUser,
        *,
        clock: Clock,
        seeds: Seeds,
        trace: Trace,
        conversation: str,
        points: Points | None = None,
        temptation: Mark | None = None,
        demand: str = "",
        change_of_mind: str = "",
    ) -> None:
        self.persona = persona
        self.conversation = conversation
        self.left_reason: LeftReason | Literal[""] = ""
        """Why the user left; empty while they are there."""
        self.said_by_agent: list[tuple[float, str]] = []
        """What the agent said while the user was there, with the time."""
        self.transcript: list[tuple[float, str, str]] = []
        """Every message as (time, who, text); who is `user` or `agent`."""
        self._clock, self._trace, self._points = clock, trace, points
        self._seeds = seeds.child("persona", persona.id, conversation)
        self._dialogue = Dialogue(
            persona, user, self._seeds,
            canary=temptation.canary if temptation is not None else "",
            demand=demand, change_of_mind=change_of_mind,
        )  # fmt: skip
        self._own = 0
        self._replies = 0
        self._over = False
        self._promised = False
        self._timer: asyncio.TimerHandle | None = None
        self._turn = asyncio.Lock()

    @property
    def opening(self) -> str:
        """What the user says first; also the agent's task."""
        return self._dialogue.opening

    @property
    def left(self) -> bool:
        """Whether the user has gone."""
        return bool(self.left_reason)

    @property
    def revealed(self) -> set[str]:
        """Names of the facts that the user has told."""
        return set(self._dialogue.agenda.revealed)

    @property
    def changed_mind(self) -> bool:
        """Whether the change of mind has been spoken: from then on another outcome is right."""
        return self._dialogue.changed_mind

    @property
    def attacks(self) -> int:
        """How many lines of an attack have been spoken."""
        return self._dialogue.assault.said

    @property
    def errors(self) -> list[str]:
        """Failures of the simulated user: the conversation is invalid, whatever the agent did."""
        return self._dialogue.errors

    def begin(self) -> None:
        """Say the opening and start to wait; once only, however often it is called."""
        if not self._own:
            self._speak(self.opening, "opens the conversation")
            self._be_patient()

    def close(self) -> None:
        """End the conversation: nobody waits or reads any more."""
        self._stop_waiting()
        self._over = True

    async def reply(self, text: str) -> str | None:
        """Send *text* to the user and wait: their next message, or None once they have left.

        Raises `ConversationOver` for an agent that has been given None and goes on talking.
        """
        async with self._turn:
            self._replies += 1
            if self._points is None:
                return await self._converse(text)
            call = Call(
                id=f"{self.conversation}/user-{self._replies}", boundary="user", target="reply",
                agent="", nth=self._replies, args={"text": text}, t=self._clock.now,
                conversation=self.conversation,
            )  # fmt: skip
            answer: str | None = await self._points.through(call, self._on_call)
            return answer

    async def tell(self, text: str) -> None:
        """Send *text* without waiting for an answer; nobody reads it once the user has left."""
        if self._hear(text) is not None:
            self._be_patient()

    # -- turns

    async def _on_call(self, call: Call) -> str | None:
        return await self._converse(str(call.args["text"]))

    async def _converse(self, text: str) -> str | None:
        heard = self._hear(text)
        if heard is None:
            self._over = True
            return None
        move = self._dialogue.answer(text, heard, own=self._own)
        self._stop_waiting()
        try:
            await self._clock.sleep(self._delay_s(move))
        finally:
            # An agent may give up waiting for the answer; the user still waits for the agent.
            self._be_patient()
        if self._over:
            return None
        self._speak(move.text, move.why)
        if move.leaves is None:
            return move.text
        self.left_reason = move.leaves
        self.close()
        return None

    def _hear(self, text: str) -> Understood | None:
        # What the message means; None where nobody is there to read it.
        if not isinstance(text, str):  # agents are not type-checked
            raise TypeError(f"a message to the user must be text, not {type(text).__name__}")
        if self._over:
            raise ConversationOver(f"the conversation is over: {self.left_reason or 'closed'}")
        self.begin()
        self._trace.emit(
            "agent_message", conversation=self.conversation, text=text, read=not self.left
        )
        if self.left:
            return None
        self.said_by_agent.append((self._clock.now, text))
        self.transcript.append((self._clock.now, "agent", text))
        heard = self._dialogue.read(text)
        self._promised = self._promised or heard.means("waiting") or heard.means("promise")
        return heard

    def _speak(self, text: str, why: str) -> None:
        self._own += 1
        self.transcript.append((self._clock.now, "user", text))
        self._trace.emit("user_message", conversation=self.conversation, text=text, why=why)

    # -- time

    def _delay_s(self, move: Move) -> float:
        draw = self._seeds.uniform("delay", self._own)
        if move.pause == "long":
            return long_pause_s(self.persona, draw)
        return reply_delay_s(self.persona.reply_delay, draw)

    def _be_patient(self) -> None:
        self._stop_waiting()
        if self.left or self._over:
            return
        patience_s = self.persona.patience_min * 60 * (PROMISED_PATIENCE if self._promised else 1.0)
        self._timer = asyncio.get_running_loop().call_later(patience_s, self._lose_patience)

    def _stop_waiting(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _lose_patience(self) -> None:
        self._timer = None
        self.left_reason = "impatient"
        self._speak(self._dialogue.last_word("impatient"), "has waited too long")
