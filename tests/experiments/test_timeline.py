from typing import Any

from sandbox.experiments.entry import Entry
from sandbox.experiments.records import ConversationResult, GradedEffect, Loop
from sandbox.experiments.timeline import CALL_CHARACTERS_MAX, timeline
from sandbox.worlds.policies import Violation

REFUND = {"call": "call-1", "tool": "stripe_create_refund", "conversation": "c1"}


def event(t: float, type_: str, **fields: Any) -> dict[str, Any]:
    return {"t": t, "type": type_, "conversation": "c1", **fields}


def tags(entry: Entry) -> list[tuple[str, str]]:
    return [(tag.text, tag.tone) for tag in entry.tags]


def part(entry: Entry, label: str) -> Any:
    return next(p.value for p in entry.parts if p.label == label)


def graded(**fields: Any) -> ConversationResult:
    return ConversationResult(
        id="c1", episode="e", cell="a/x", task="t", persona="p", agent="a", condition="x",
        number=1, verdict="fail", outcome="harmful", sentence="", **fields,
    )  # fmt: skip


def test_a_call_and_its_answer_are_one_entry_at_the_time_of_the_call() -> None:
    [entry] = timeline([
        event(6.0, "tool_call", **REFUND, args={"charge": "ch_1", "amount": 4999}, agent="bot"),
        event(6.6, "tool_result", **REFUND, result={"id": "re_1"}),
    ])  # fmt: skip
    assert (entry.t, entry.kind, entry.who, entry.step) == (6.0, "call", "bot", 1)
    assert entry.text == 'stripe_create_refund(charge="ch_1", amount=4999)'
    assert round(entry.took_s or 0, 3) == 0.6
    assert part(entry, "result") == {"id": "re_1"}
    assert tags(entry) == []


def test_a_timeout_after_commit_shows_effect_fault_and_error_in_order() -> None:
    entries = timeline([
        event(6.0, "tool_call", **REFUND, args={}),
        event(6.3, "effect", id="effect-1", call_id="call-1", effect="refund", target="ch_1"),
        event(36, "fault_fired", **REFUND, fault="slow", kind="timeout_after_commit", changed=True),
        event(36, "tool_error", **REFUND, error="timeout", status=0, message="no answer"),
    ])  # fmt: skip
    assert [e.kind for e in entries] == ["call", "effect", "fault"]
    assert tags(entries[0]) == [("timeout", "bad")]
    assert part(entries[0], "error") == {"error": "timeout", "status": 0, "message": "no answer"}
    assert entries[2].text == "timeout after commit on stripe_create_refund"
    assert tags(entries[2]) == [("changed what the agent saw", "fault")]


def test_a_fault_that_changed_nothing_says_so() -> None:
    [entry] = timeline([event(1, "fault_fired", **REFUND, fault="f", kind="latency")])
    assert tags(entry) == [("the agent saw no difference", "quiet")]


def test_an_answer_that_nobody_heard_is_not_the_answer() -> None:
    [entry] = timeline([
        event(1, "tool_call", **REFUND, args={}),
        event(3, "tool_result", **REFUND, result="late", unheard=True),
    ])  # fmt: skip
    assert tags(entry) == [("no answer", "bad")]
    assert entry.took_s is None
    assert [p.label for p in entry.parts] == ["answer that nobody heard"]


def test_long_arguments_are_a_part_of_their_own() -> None:
    args = {"body": "x" * CALL_CHARACTERS_MAX}
    [entry] = timeline([event(1, "tool_call", **REFUND, args=args)])
    assert entry.text == "stripe_create_refund(…)"
    assert part(entry, "arguments") == args


def test_arguments_that_are_no_object_are_shown_too() -> None:
    [entry] = timeline([event(1, "tool_call", **REFUND, args=["what?"])])
    assert part(entry, "arguments") == ["what?"]


def test_effects_carry_the_verdict_of_grading() -> None:
    wrong = GradedEffect("forbidden", "refund", "ch_1", effect_id="effect-2", rule="no_fraud",
                         compensated_by="effect-3")  # fmt: skip
    violation = Violation("p", "No refund unasked", "", "effect-2", "call-2", 2, "")
    entries = timeline(
        [
            event(1, "effect", id="effect-1", effect="refund", target="ch_0"),
            event(2, "effect", id="effect-2", effect="refund", target="ch_1"),
        ],
        results=[graded(
            effects=(GradedEffect("ok", "refund", "ch_0", effect_id="effect-1"), wrong),
            violations=(violation,),
        )],
    )  # fmt: skip
    assert tags(entries[0]) == [("ok", "good")]
    assert tags(entries[1]) == [
        ("forbidden", "bad"), ("rule: no_fraud", "bad"), ("undone by effect-3", "quiet"),
        ("breaks a policy: No refund unasked", "bad"),
    ]  # fmt: skip


def test_steps_of_a_loop_are_marked() -> None:
    loop = Loop("stuck", "charged", 2, 3, 1, ("a",), 2)
    calls = [event(n, "tool_call", call=f"call-{n}", tool="t", args={}) for n in (1, 2, 3, 4)]
    entries = timeline(calls, results=[graded(loops=(loop,))])
    assert [("loop", "bad") in tags(e) for e in entries] == [False, True, True, False]


def test_a_model_call_tells_its_decision_and_its_price() -> None:
    [entry] = timeline([
        event(1.0, "model_call", call="c1/model-1", agent="bot", new=[{"role": "user"}]),
        {"t": 3.2, "type": "model_result", "call": "c1/model-1", "text": "Let me look.",
         "tool_calls": [{"name": "zendesk_search"}], "usage": {"input": 1200, "output": 61},
         "cost_usd": 0.00421, "why": "plan"},
    ])  # fmt: skip
    assert entry.text == "decides to call zendesk_search (1,200 tokens in, 61 out, $0.0042)"
    assert part(entry, "said") == "Let me look."
    assert [p.label for p in entry.parts if p.bulky] == ["why", "given to the model"]


def test_an_answer_that_goes_to_the_user_is_told_once() -> None:
    entries = timeline([
        event(1.0, "model_call", call="m", agent="bot", new=[]),
        {"t": 3.2, "type": "model_result", "call": "m", "text": "Done."},
        event(3.2, "agent_message", text="Done."),
    ])  # fmt: skip
    assert [(e.kind, e.parts) for e in entries] == [("model", ()), ("agent", ())]


def test_a_failed_model_call_says_how() -> None:
    [entry] = timeline([
        event(1.0, "model_call", call="m", agent="bot", new=[]),
        {"t": 3.2, "type": "model_result", "call": "m", "error": "Cancelled", "message": "gone"},
    ])  # fmt: skip
    assert tags(entry) == [("Cancelled", "bad")]
    assert entry.text.startswith("the model call failed")


def test_messages_decisions_and_the_end_read_as_sentences() -> None:
    entries = timeline([
        event(0, "episode_start", seed=1),
        event(0, "conversation_start", task="refund", persona="pushy"),
        event(0, "user_message", text="Hi"),
        event(2, "approval", request="apr_1", action="refund", subject="ch_1", note="Too much.",
              decided="denied"),
        event(3, "handoff", **{"from": "triage", "to": "billing"}),
        event(4, "exogenous", tool="shop_ship", args={"id": 1}, note="It ships"),
        event(5, "exogenous", tool="shop_ship", args={}, error={"error": "conflict"}),
        event(6, "wait", agent="bot", seconds=60),
        event(7, "note", text="thinking"),
        event(8, "agent_message", text="Bye"),
        event(9, "limit", limit="steps"),
        event(9, "crash", error="ValueError: no"),
        event(9, "conversation_end", left="gave_up", crash="", limit=""),
        event(9, "something_new", field="value"),
        event(9, "episode_end", units=1),
    ])  # fmt: skip
    assert [(e.kind, e.text) for e in entries] == [
        ("start", "task refund, persona pushy"),
        ("user", "Hi"),
        ("approval", "refund for ch_1: Too much."),
        ("handoff", "hands over to billing"),
        ("world", "It ships (shop_ship)"),
        ("world", "shop_ship"),
        ("wait", 'waits: {"seconds": 60}'),
        ("note", "thinking"),
        ("agent", "Bye"),
        ("limit", "stopped at the limit of steps"),
        ("crash", "crashed: ValueError: no"),
        ("end", "the user gave up"),
        ("note", '{"field": "value"}'),
    ]
    assert tags(entries[2]) == [("denied", "bad")]
    assert tags(entries[5]) == [("did not happen", "bad")]


def test_only_the_wanted_conversation_is_told_and_its_steps_count_from_one() -> None:
    events = [
        event(0, "tool_call", call="call-1", tool="a", args={}),
        {**event(1, "tool_call", call="call-2", tool="b", args={}), "conversation": "c2"},
        {**event(2, "user_message", text="x"), "conversation": "c2"},
    ]
    assert [(e.step, e.text) for e in timeline(events, "c2")] == [(1, "b()"), (0, "x")]
    assert [e.step for e in timeline(events)] == [1, 1, 0]


def test_foreign_text_is_made_visible() -> None:
    [entry] = timeline([event(0, "user_message", text="\x1b[2Jgone")])
    assert entry.text == r"\x1b[2Jgone"
