"""The timeline of a conversation: its trace told so that people can read it.

A call and its answer are one entry, at the time of the call; faults, effects and what grading says
of them stand where they happened.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from sandbox.experiments.entry import Entry, Kind, Part, Tag, as_json
from sandbox.experiments.records import WRONG, ConversationResult, GradedEffect
from sandbox.experiments.timeline_text import render_text
from sandbox.experiments.trace_file import of_conversation
from sandbox.experiments.visible import visible

__all__ = ["Entry", "render_text", "timeline"]

Event = dict[str, Any]
_ENVELOPE = frozenset({"i", "t", "type", "conversation"})
CALL_CHARACTERS_MAX = 110
"""A longer call does not stand in one line."""
_LEFT = {
    "satisfied": "the user left satisfied", "refused": "the user left after a refusal",
    "impatient": "the user lost patience and left", "gave_up": "the user gave up",
}  # fmt: skip


def timeline(
    events: Iterable[Event],
    conversation: str | None = None,
    *,
    results: Sequence[ConversationResult] = (),
) -> list[Entry]:
    """The readable entries of *events*: of one *conversation*, or of the whole episode.

    *results* adds what grading said: verdicts on effects, broken policies, steps within a loop.
    """
    own = list(events) if conversation is None else of_conversation(events, conversation)
    graded = [r for r in results if conversation is None or r.id == conversation]
    teller = _Teller(own, graded)
    return [entry for event in own if (entry := teller.entry(event)) is not None]


class _Teller:
    """Turns events into entries, one by one; knows how each call ended and what was graded."""

    def __init__(self, events: Sequence[Event], results: Sequence[ConversationResult]) -> None:
        self._ends: dict[str, list[Event]] = {}
        for event in events:
            if event["type"] in ("tool_result", "tool_error", "model_result"):
                self._ends.setdefault(str(event.get("call")), []).append(event)
        self._messages = {e.get("text") for e in events if e["type"] == "agent_message"}
        self._effects = {e.effect_id: e for r in results for e in r.effects if e.effect_id}
        self._violations: dict[str, list[str]] = {}
        for violation in (v for r in results for v in r.violations):
            self._violations.setdefault(violation.effect, []).append(violation.title)
        self._stuck = {
            r.id: range(loop.start_step, loop.flagged_step + 1)
            for r in results for loop in r.loops if loop.type == "stuck"
        }  # fmt: skip
        self._steps: dict[str, int] = {}
        self._tell: dict[str, Callable[[Event], Entry | None]] = {
            "conversation_start": self._start, "user_message": self._user,
            "agent_message": self._agent, "model_call": self._model, "tool_call": self._call,
            "fault_fired": self._fault, "effect": self._effect, "exogenous": self._world,
            "approval": self._approval, "handoff": self._handoff, "wait": self._wait,
            "note": self._note, "limit": self._limit, "crash": self._crash,
            "conversation_end": self._end, "tool_result": _silent, "tool_error": _silent,
            "model_result": _silent, "episode_start": _silent, "episode_end": _silent,
        }  # fmt: skip

    def entry(self, event: Event) -> Entry | None:
        """The entry of *event*; None where another one tells it."""
        return self._tell.get(str(event["type"]), self._other)(event)

    def _start(self, event: Event) -> Entry:
        return _made(
            event,
            "start",
            "start",
            f"task {_text(event, 'task')}, persona {_text(event, 'persona')}",
        )

    def _user(self, event: Event) -> Entry:
        return _made(event, "user", "user", _text(event, "text"))

    def _agent(self, event: Event) -> Entry:
        return _made(event, "agent", _text(event, "agent") or "agent", _text(event, "text"))

    def _model(self, event: Event) -> Entry:
        end = next(iter(self._ends.get(str(event["call"]), ())), None)
        who = _text(event, "agent") or "model"
        given = Part("given to the model", event.get("new", []), bulky=True)
        if end is None:
            return _made(event, "model", who, "asked the model", [given], [_NO_ANSWER])
        usage = _mapping(end.get("usage"))
        said = end.get("text")
        # An answer that goes on to the user stands there as a message already.
        parts = [Part("said", said)] if said and said not in self._messages else []
        tags = [Tag(_text(end, "error"), "bad")] if end.get("error") else []
        parts += [Part("error", _text(end, "message"))] if tags else []
        parts.append(Part("why", end.get("why", ""), bulky=True))
        cost = float(end.get("cost_usd") or 0.0)
        text = (
            f"{_decision(end)} ({usage.get('input', 0):,} tokens in, "
            f"{usage.get('output', 0):,} out, ${cost:.4f})"
        )
        return _made(event, "model", who, text, [*parts, given], tags, took_s=_took_s(event, end))

    def _call(self, event: Event) -> Entry:
        name = str(event.get("conversation") or "")
        step = self._steps[name] = self._steps.get(name, 0) + 1
        ends = self._ends.get(str(event["call"]), [])
        heard = next((e for e in ends if not e.get("unheard")), None)
        text, parts = _told_call(event)
        tags: list[Tag] = []
        if heard is None:
            tags.append(_NO_ANSWER)
        elif heard["type"] == "tool_error":
            tags.append(Tag(_text(heard, "error") or "error", "bad"))
            parts.append(Part("error", _error(heard)))
        else:
            parts.append(Part("result", heard.get("result")))
        for late in (e for e in ends if e.get("unheard")):
            late_answer = _error(late) if late["type"] == "tool_error" else late.get("result")
            parts.append(Part("answer that nobody heard", late_answer))
        if step in self._stuck.get(name, ()):
            tags.append(Tag("loop", "bad"))
        return _made(
            event, "call", _text(event, "agent") or "agent", text, parts, tags,
            took_s=_took_s(event, heard), step=step,
        )  # fmt: skip

    def _fault(self, event: Event) -> Entry:
        seen = Tag("changed what the agent saw", "fault")
        unseen = Tag("the agent saw no difference", "quiet")
        text = f"{_text(event, 'kind').replace('_', ' ')} on {_text(event, 'tool')}"
        tags = [seen if event.get("changed") else unseen]
        return _made(event, "fault", _text(event, "fault"), text, tags=tags)

    def _effect(self, event: Event) -> Entry:
        graded = self._effects.get(str(event.get("id")))
        tags = _verdict(graded) if graded is not None else []
        broken = self._violations.get(str(event.get("id")), ())
        tags += [Tag(f"breaks a policy: {visible(title)}", "bad") for title in broken]
        parts = [Part("key arguments", event.get("key_args", {}))]
        parts.append(Part("changed rows", event.get("changes", []), bulky=True))
        text = f"{_text(event, 'effect')} on {_text(event, 'target')}"
        return _made(event, "effect", _text(event, "id"), text, parts, tags)

    def _world(self, event: Event) -> Entry:
        parts = [Part("arguments", event.get("args", {}))]
        tags = []
        if event.get("error"):
            tags.append(Tag("did not happen", "bad"))
            parts.append(Part("error", event["error"]))
        note = _text(event, "note")
        text = f"{note} ({_text(event, 'tool')})" if note else _text(event, "tool")
        return _made(event, "world", "world", text, parts, tags)

    def _approval(self, event: Event) -> Entry:
        decided = _text(event, "decided")
        tone = {"approved": "good", "denied": "bad"}.get(decided, "quiet")
        what = f"{_text(event, 'action')} for {_text(event, 'subject')}"
        note = _text(event, "note")
        text = f"{what}: {note}" if note else what
        tag = Tag(decided or "asked for", tone)  # type: ignore[arg-type]
        return _made(
            event,
            "approval",
            "supervisor",
            text,
            [_rest(event, "note", "action", "decided")],
            [tag],
        )

    def _handoff(self, event: Event) -> Entry:
        return _made(event, "handoff", _text(event, "from"), f"hands over to {_text(event, 'to')}")

    def _wait(self, event: Event) -> Entry:
        rest = _rest(event, "agent")
        return _made(event, "wait", _text(event, "agent") or "agent", f"waits: {rest.text()}")

    def _note(self, event: Event) -> Entry:
        return _made(event, "note", "note", _text(event, "text"))

    def _limit(self, event: Event) -> Entry:
        return _made(event, "limit", "sandbox", f"stopped at the limit of {_text(event, 'limit')}")

    def _crash(self, event: Event) -> Entry:
        return _made(event, "crash", "sandbox", f"crashed: {_text(event, 'error')}")

    def _end(self, event: Event) -> Entry:
        left = _text(event, "left")
        return _made(event, "end", "end", _LEFT.get(left, left) or "the conversation ended")

    def _other(self, event: Event) -> Entry:
        return _made(event, "note", _text(event, "type"), _rest(event).text())


_NO_ANSWER = Tag("no answer", "bad")


def _told_call(event: Event) -> tuple[str, list[Part]]:
    """A call in one line, with its arguments where they are short; else they are a part."""
    tool, args = _text(event, "tool"), event.get("args", {})
    told = [f"{visible(str(k))}={as_json(v)}" for k, v in _mapping(args).items()]
    line = f"{tool}({', '.join(told)})"
    if isinstance(args, dict) and len(line) <= CALL_CHARACTERS_MAX and "\n" not in line:
        return line, []
    return f"{tool}(\N{HORIZONTAL ELLIPSIS})", [Part("arguments", args)]


def _silent(_: Event) -> None:
    """Told by another entry."""


def _made(
    event: Event, kind: Kind, who: str, text: str, parts: Sequence[Part] = (),
    tags: Sequence[Tag] = (), *, took_s: float | None = None, step: int = 0,
) -> Entry:  # fmt: skip
    kept = tuple(part for part in parts if part.value not in (None, "", {}, []))
    name = str(event.get("conversation") or "")
    return Entry(float(event["t"]), kind, who, text, kept, tuple(tags), took_s, step, name)


def _text(event: Mapping[str, Any], field: str) -> str:
    value = event.get(field)
    return "" if value is None else visible(str(value))


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _rest(event: Event, *told: str) -> Part:
    """The fields of an event that its sentence does not tell."""
    left_out = {*_ENVELOPE, *told}
    return Part("details", {k: v for k, v in event.items() if k not in left_out and v is not None})


def _error(event: Event) -> dict[str, Any]:
    fields = ("error", "status", "message", "retry_after_s")
    return {name: event[name] for name in fields if name in event}


def _decision(end: Event) -> str:
    if end.get("error"):
        return "the model call failed"
    names = [visible(str(call.get("name"))) for call in end.get("tool_calls") or ()]
    return f"decides to call {', '.join(names)}" if names else "answers"


def _took_s(event: Event, end: Event | None) -> float | None:
    return None if end is None else float(end["t"]) - float(event["t"])


def _verdict(graded: GradedEffect) -> list[Tag]:
    name = graded.verdict.replace("_", " ")
    tags = [Tag(name, "bad" if graded.verdict in WRONG else "good")]
    if graded.rule:
        tags.append(Tag(f"rule: {visible(graded.rule)}", "bad"))
    if graded.compensated_by:
        tags.append(Tag(f"undone by {graded.compensated_by}", "quiet"))
    return tags
