"""The simulated model: plays a plan with the competence of a preset.

Every draw is keyed by knob, step and try, so that one more fault reshuffles nothing else.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from sandbox.errors import SandboxBug
from sandbox.llm.arguments import Filler
from sandbox.llm.ledger import Intent, Ledger
from sandbox.llm.messages import Completion, Request, ToolCall, ToolSpec, Usage
from sandbox.llm.plan import AskStep, Plan, SayStep, Temptation, ToolStep
from sandbox.llm.presets import Preset
from sandbox.llm.repair import fit
from sandbox.llm.slips import made_up_tool, wrong_argument
from sandbox.llm.tokens import TokenMeter, tokens_of_call, tokens_of_text
from sandbox.llm.toolnames import find_tool
from sandbox.sim.seeds import Seeds

GIVE_UP = (
    "I'm sorry, I could not complete this because of a technical problem. "
    "I have escalated it to a colleague, who will get back to you."
)
FOLLOW_UP = (
    "I'm sorry, this is taking longer than expected. I will follow up with you by email as soon as "
    "there is news."
)
CANNOT = "I'm sorry, I cannot do that from here."
DONE = "That has been taken care of."
CLOSING = "Thank you for getting in touch. Have a good day!"
_THOUGHTS_MAX = 1_000


@dataclass(frozen=True, slots=True)
class _Do:
    """Decided: a call."""

    tool: str
    args: dict[str, Any]
    intent: Intent
    why: str


@dataclass(frozen=True, slots=True)
class _Say:
    """Decided: words; `name` is the step that they fulfil, if any."""

    text: str
    why: str
    name: str = ""


class SimulatedModel:
    """A `Model` that knows what should be done, and does it as well as its knobs allow.

    One instance plays one conversation, all agents of it. Asked again with nothing new (its answer
    was lost), it decides the same again.
    """

    def __init__(self, plan: Plan, preset: Preset, seeds: Seeds) -> None:
        self.name = preset.name
        self._knobs = preset.knobs
        self._seeds = seeds
        self._draw = partial(seeds.uniform, "model")
        self._ledger = Ledger(plan, self._sees)
        self._filler = Filler(self._ledger, self._sees, self._draw)
        self._meter = TokenMeter()

    def complete(self, request: Request) -> Completion:
        """The next move: one tool call, or words for the user."""
        self._ledger.read(request.agent, request.messages)
        offered = () if request.tool_choice == "none" else request.tools
        decision = self._give_in(offered, request.agent) or self._go_on(offered, request.agent)
        tokens_in = self._meter.input_tokens(request)
        if isinstance(decision, _Say):
            self._ledger.said(decision.name)
            tokens_out = self._knobs.verbosity + tokens_of_text(decision.text)
            return Completion(decision.text, usage=Usage(tokens_in, tokens_out), why=decision.why)
        call = ToolCall(self._call_id(decision.intent), decision.tool, decision.args)
        self._ledger.asked(call.id, decision.intent)
        tokens_out = self._knobs.verbosity + tokens_of_call(call)
        return Completion("", (call,), usage=Usage(tokens_in, tokens_out), why=decision.why)

    def _give_in(self, offered: Sequence[ToolSpec], agent: str) -> _Do | None:
        """The call of a temptation that the model falls for, if there is one to make now."""
        for temptation in self._ledger.exposed.values():
            tool = find_tool(temptation.tool, offered)
            if tool is not None and self._falls_for(temptation):
                key = f"temptation:{temptation.name}"
                filled = self._filler.fill(temptation.args, step=key)
                args = fit(filled.value, tool.parameters, partial(self._sees, key, 0))
                return _Do(tool.name, args, Intent("temptation", temptation.name, agent), key)
        return None

    def _falls_for(self, temptation: Temptation) -> bool:
        # Keyed by the temptation alone: one draw for the conversation, not one each turn.
        knobs = self._knobs
        weakness = knobs.pressure if temptation.kind == "user" else knobs.injection
        return self._draw("temptation", temptation.name) < weakness

    def _go_on(self, offered: Sequence[ToolSpec], agent: str) -> _Do | _Say:
        """The next move of the plan."""
        ledger = self._ledger
        for _ in range(_THOUGHTS_MAX):
            following = ledger.next_step
            if following is None:
                return _Say(*((CLOSING, "closing") if ledger.ends_with_words else (DONE, "done")))
            name, step = following
            if isinstance(step, ToolStep):
                move = self._tool_step(name, step, offered, agent)
            else:
                move = self._words(name, step)
            if move is not None:
                return move
        raise SandboxBug(f"the plan does not come to an end: step {name!r}")

    def _words(self, name: str, step: AskStep | SayStep) -> _Say | None:
        filled = self._filler.fill(step.text, step=name)
        if filled.useless:
            self._ledger.reopen(filled.useless)
            return None
        return _Say(str(filled.value), _why(name, filled.notes), name)

    def _tool_step(
        self, name: str, step: ToolStep, offered: Sequence[ToolSpec], agent: str
    ) -> _Do | _Say | None:
        """The move for *step*; None where the plan has changed instead."""
        if self._abandons(name, step):
            return None
        tool = find_tool(step.tool, offered)
        if tool is None:
            return _Say(CANNOT, f"no_tool:{step.tool}")
        wait = find_tool("wait", offered) if name in self._ledger.waiting else None
        if wait is not None:
            seconds = {"seconds": step.every_s}
            return _Do(wait.name, seconds, Intent("wait", name, agent), f"wait:{name}")
        if name not in self._ledger.slipped and self._slips("hallucinate", name):
            made_up = made_up_tool(step.tool)
            return _Do(made_up, {}, Intent("slip", name, agent), f"hallucinate:{name}")
        return self._call(name, step, tool, agent)

    def _abandons(self, name: str, step: ToolStep) -> bool:
        """Whether the model leaves *step* undone: forgets it, gives up, or has polled enough."""
        ledger, knobs = self._ledger, self._knobs
        errors = ledger.errors.get(name, 0)
        if self._slips("skip", name):
            ledger.done.add(name)
        elif errors and (
            errors >= knobs.errors_max or self._draw("persist", name, errors) >= knobs.persist
        ):
            ledger.replace(SayStep(f"give_up:{name}", GIVE_UP))
        elif ledger.polls.get(name, 0) >= step.polls_max:
            ledger.replace(SayStep(f"follow_up:{name}", FOLLOW_UP))
        else:
            return False
        return True

    def _call(self, name: str, step: ToolStep, tool: ToolSpec, agent: str) -> _Do | None:
        attempt = self._ledger.errors.get(name, 0)
        filled = self._filler.fill(step.args, step=name, attempt=attempt)
        if filled.useless:
            self._ledger.reopen(filled.useless)
            return None
        args = fit(filled.value, tool.parameters, partial(self._sees, name, attempt))
        nth = self._ledger.calls.get(f"step:{name}", 0)
        if self._slips("wrong_arg", name, nth):
            wrong = wrong_argument(args, self._draw("wrong_arg_which", name, nth))
            if wrong is not None:
                filled.notes.append(f"wrong {wrong[0]}")
                args = wrong[1]
        return _Do(tool.name, args, Intent("step", name, agent), _why(name, filled.notes))

    def _sees(self, step: str, attempt: int, name: str) -> bool:
        """Whether the model notices that what *step* knows as *name* has changed its form."""
        return self._draw("drift_repair", step, name, attempt) < self._knobs.drift_repair

    def _slips(self, knob: str, *key: str | int) -> bool:
        chance: float = getattr(self._knobs, knob)
        return chance > 0 and self._draw(knob, *key) < chance

    def _call_id(self, intent: Intent) -> str:
        nth = self._ledger.calls.get(f"{intent.purpose}:{intent.name}", 0)
        return "call_" + self._seeds.token(24, "model", "call", intent.purpose, intent.name, nth)


def _why(name: str, notes: list[str]) -> str:
    return "; ".join((name, *notes))
