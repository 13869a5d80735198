"""What a simulated model knows of its conversation, over all agents that it plays.

Message history alone is not enough: in some agent systems one member never sees what another's
tools returned, and a model that went by history would do its plan again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sandbox.llm.history import History
from sandbox.llm.messages import Message
from sandbox.llm.plan import AskStep, Plan, SayStep, Step, Temptation, ToolStep
from sandbox.llm.reading import Found, Missing, is_error, look_up, parse
from sandbox.llm.repair import likely_field
from sandbox.llm.toolnames import words

Sees = Callable[[str, int, str], bool]
"""`sees(step, attempt, name)`: whether the model notices that *name* has changed its form."""
Purpose = Literal["step", "wait", "temptation", "slip"]


@dataclass(frozen=True, slots=True)
class Intent:
    """A call that the model has asked for and whose answer it awaits."""

    purpose: Purpose
    name: str
    """The step, or the temptation."""
    agent: str


class Ledger:
    """Where the plan stands: what was done, what came back, what went wrong."""

    def __init__(self, plan: Plan, sees: Sees) -> None:
        self.scope = plan.scope
        self._sees = sees
        self.results: dict[str, Any] = {}
        """Step -> its result as the model saw it."""
        self.done: set[str] = set()
        self.errors: dict[str, int] = {}
        """Step -> errors so far."""
        self.polls: dict[str, int] = {}
        """Step -> answers so far that did not yet say what it waits for."""
        self.calls: dict[str, int] = {}
        """Purpose and name -> calls whose outcome is known."""
        self.waiting: set[str] = set()
        """Steps that wait before their next poll."""
        self.slipped: set[str] = set()
        """Steps for which a tool was made up."""
        self.exposed: dict[str, Temptation] = {}
        """Temptations in the model's context that it has not yet acted on, in order of exposure."""
        self._follow(plan.steps, "step")
        self._temptations = list(plan.temptations)
        self._detours = list(plan.detours)
        self._intents: dict[str, Intent] = {}
        self._said = ""
        self._histories: dict[str, History] = {}
        self._user_messages: dict[str, int] = {}
        self._heard = 0

    @property
    def next_step(self) -> tuple[str, Step] | None:
        """The first step that is not done, with its name."""
        while self._place < len(self._order) and self._order[self._place] in self.done:
            self._place += 1
        if self._place == len(self._order):
            return None
        name = self._order[self._place]
        return name, self._steps[name]

    def step(self, name: str) -> Step | None:
        """The step called *name* of the plan in force, done or not."""
        return self._steps.get(name)

    @property
    def ends_with_words(self) -> bool:
        """Whether the plan in force says something to the user."""
        return any(isinstance(step, SayStep) for step in self._steps.values())

    def replace(self, *steps: Step) -> None:
        """Let *steps* take the place of all that remains."""
        self._follow(steps, "step")

    def reopen(self, name: str) -> None:
        """Step *name* must be done again: its result turned out to be of no use."""
        self.done.discard(name)
        self._place = 0
        self.results.pop(name, None)
        self.errors[name] = self.errors.get(name, 0) + 1

    def asked(self, call_id: str, intent: Intent) -> None:
        """The model has asked for a call."""
        self._intents[call_id] = intent

    def said(self, name: str) -> None:
        """The model has spoken the text of step *name* (or of none)."""
        self._said = name

    def read(self, agent: str, messages: Sequence[Message]) -> None:
        """Take in what is new in *messages*, the context of *agent*."""
        history = self._histories.setdefault(agent, History())
        fresh = messages[history.advance(messages) :]
        if not fresh:
            return  # the same request again: the answer was lost, and nothing has happened
        for message in fresh:
            self._notice_temptations(message)
            if message.role == "tool":
                self._read_answer(message)
            elif message.role == "user":
                self._read_user(agent, message.content)
        self._drop_unanswered(agent)
        if isinstance(self.step(self._said), SayStep):
            self.done.add(self._said)

    def _read_answer(self, message: Message) -> None:
        intent = self._intents.pop(message.tool_call_id, None)
        if intent is not None:  # else another agent has shown it already
            value = parse(message.content)
            self._settle(intent, value, error=is_error(message, value))

    def _drop_unanswered(self, agent: str) -> None:
        """The context has moved on without the answer to a call: that counts as an error."""
        for call_id, intent in list(self._intents.items()):
            if intent.agent == agent:
                del self._intents[call_id]
                self._settle(intent, "", error=True)

    def _settle(self, intent: Intent, value: Any, *, error: bool) -> None:
        key = f"{intent.purpose}:{intent.name}"
        self.calls[key] = self.calls.get(key, 0) + 1
        match intent.purpose:
            case "wait":
                self.waiting.discard(intent.name)
            case "temptation":
                self.exposed.pop(intent.name, None)
            case "slip":
                self.slipped.add(intent.name)
            case "step" if error:
                self._fail(intent.name, value)
            case "step":
                self._succeed(intent.name, value)

    def _succeed(self, name: str, value: Any) -> None:
        step = self.step(name)
        self.results[name] = value
        if isinstance(step, ToolStep) and not self._has_come(name, step, value):
            self.polls[name] = self.polls.get(name, 0) + 1
            self.errors.pop(name, None)
            self.waiting.add(name)
        else:
            self.done.add(name)

    def _has_come(self, name: str, step: ToolStep, value: Any) -> bool:
        """Whether *value* says what *step* waits for; what has drifted may go unnoticed."""
        for path, wanted in (step.until or {}).items():
            seen = look_up(value, path.split("."))
            sees = self._sees(name, 0, path)
            if isinstance(seen, Missing) and sees:
                near = likely_field(seen.record, seen.field)
                seen = look_up(near[1], seen.rest) if near is not None else seen
            choices = wanted if isinstance(wanted, (list, tuple)) else [wanted]
            if not isinstance(seen, Found) or not any(
                seen.value == choice or (sees and _means(seen.value, choice)) for choice in choices
            ):
                return False
        return True

    def _fail(self, name: str, value: Any) -> None:
        # "Already refunded", after a try whose outcome nobody knew: so it had been done after all.
        if self.errors.get(name) and "already" in str(value).lower():
            self.results[name] = value
            self.done.add(name)
        else:
            self.errors[name] = self.errors.get(name, 0) + 1

    def _read_user(self, agent: str, text: str) -> None:
        count = self._user_messages[agent] = self._user_messages.get(agent, 0) + 1
        if count <= self._heard:
            return  # another agent has read it already
        self._heard = count
        name, step = self.next_step or ("", None)
        if isinstance(step, AskStep) and self._said == name:
            self.results[name] = text
            self.done.add(name)
        for index, detour in enumerate(self._detours):
            if detour.canary in text:
                del self._detours[index]
                self._follow(detour.steps, f"{detour.canary}-step")
                return

    def _follow(self, steps: Sequence[Step], prefix: str) -> None:
        """Let *steps* be the plan; one without an id is called by its place in it."""
        self._steps = {step.id or f"{prefix}-{n}": step for n, step in enumerate(steps, start=1)}
        self._order = list(self._steps)
        self._place = 0

    def _notice_temptations(self, message: Message) -> None:
        for temptation in list(self._temptations):
            if temptation.canary in message.content:
                self._temptations.remove(temptation)
                self.exposed[temptation.name] = temptation


def _means(value: Any, choice: Any) -> bool:
    """Whether *value* is *choice* in another spelling: `DELIVERED`, `status_delivered`."""
    if not isinstance(value, str) or not isinstance(choice, str):
        return False
    wanted = set(words(choice))
    return bool(wanted) and wanted <= set(words(value))
