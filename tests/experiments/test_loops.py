"""Loops: stretches that lead nowhere are seen, patience and progress are not taken for one."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from time import process_time
from typing import Any

import pytest

from sandbox.experiments.loops import runaway, stuck, stuck_in_handoffs
from sandbox.experiments.steps import Step
from sandbox.systems.operation import Poll

WRITES = {"refund", "comment", "note", "credit"}
POLLS = {"track": Poll(interval_s_min=60, polls_max=5)}
MISJUDGED = {
    "n19_obeys_constant_retry_after", "n20_undeclared_poll", "p20_relative_times",
    "p21_notes_in_other_words", "p22_empty_pages_for_ever",
}  # fmt: skip
"""Of the held-out traces: precision 0.91, recall 0.88. What the rules cannot tell is said here."""
HELD_OUT = sorted((Path(__file__).parent / "loops_heldout").glob("*.json"))


def steps(calls: Iterable[dict[str, Any]]) -> list[Step]:
    """Steps from calls: tool, args, result or error; `t` and `took` default to ten and one s."""
    out: list[Step] = []
    for number, call in enumerate(calls, start=1):
        tool = call["tool"]
        t = float(call.get("t", 10.0 * number))
        write, error = tool in WRITES, call.get("error", "")
        committed = write and not error and not call.get("noop")
        out.append(
            Step(
                number, f"call-{number}", tool, call.get("agent", "agent"), call.get("args", {}),
                number, t, write=write, error=error, heard=True, ended=t + call.get("took", 1.0),
                result=None if error else call.get("result", "ok"),
                state=f"row {number}" if committed else "",
                target=str(call.get("target", "")) if committed else "",
            )
        )  # fmt: skip
    return out


def rule(calls: Iterable[dict[str, Any]]) -> str | None:
    found = stuck(steps(calls), POLLS)
    return found.rule if found else None


def get(n: int, **more: Any) -> dict[str, Any]:
    return {"tool": "get", "args": {"id": f"o_{n}"}, "result": {"order": n}, **more}


def search(query: str, result: Any = "nothing", **args: Any) -> dict[str, Any]:
    return {"tool": "search", "args": {"query": query, **args}, "result": result}


def refund(**more: Any) -> dict[str, Any]:
    return {"tool": "refund", "args": {"charge": "ch_1", "amount": 100}, **more}


def wait(seconds: float, **more: Any) -> dict[str, Any]:
    return {"tool": "wait", "args": {"seconds": seconds}, "result": {"waited_s": seconds}, **more}


def comment(text: str, ticket: int = 1) -> dict[str, Any]:
    return {"tool": "comment", "args": {"ticket_id": ticket, "body": text}, "target": ticket}


def backed_off(pauses: Iterable[float], took: float = 1.0) -> list[dict[str, Any]]:
    """One refund that fails again and again, with these pauses between the attempts."""
    t, calls = 10.0, [refund(error="unavailable", t=10.0, took=took)]
    for pause in pauses:
        t += took + pause
        calls.append(refund(error="unavailable", t=t, took=took))
    return calls


def tracked(every_s: float, results: Iterable[str]) -> list[dict[str, Any]]:
    return [
        {"tool": "track", "args": {"number": "1Z"}, "result": r, "t": 10 + every_s * n}
        for n, r in enumerate(results)
    ]


LOOPS: dict[str, tuple[str, list[dict[str, Any]]]] = {
    "the same read again and again": ("charged", [get(1)] * 7),
    "two reads in turn": ("charged", [get(1), get(2)] * 4),
    "three reads in turn, by two members": (
        "charged",
        [get(1, agent="a"), get(2, agent="b"), get(3, agent="a")] * 3,
    ),
    "the same question in ever other words": (
        "charged",
        [search(f"where is my order 1001 please {w}") for w in "abcdefg"],
    ),
    "a fresh request id makes no new question": (
        "charged",
        [get(1, args={"id": "o_1", "request_id": f"r_{n}"}) for n in range(7)],
    ),
    "a result that differs in its timestamp only": (
        "charged",
        [get(1, result={"a": 1, "updated_at": n}) for n in range(7)],
    ),
    "retries at one pace": ("errors", backed_off([5, 5, 5, 5, 5])),
    "retries at one pace with waits between them": (
        "errors",
        [c for n in range(7) for c in (refund(error="rate_limited"), wait(5))],
    ),
    "six different errors": ("errors", [{**get(n), "error": f"e{n}"} for n in range(6)]),
    "the same write three times": ("same_write", [refund(target="ch_1")] * 3),
    "a write that says done and does nothing, repeated": ("same_write", [refund(noop=True)] * 3),
    "a fresh idempotency key is the same write": (
        "same_write",
        [refund(target="ch_1", args={"charge": "ch_1", "idempotency_key": n}) for n in range(3)],
    ),
    "four notes that say the same": (
        "near_duplicate",
        [comment(f"Dear customer your parcel is on its way to you today {w}") for w in "abcd"],
    ),
    "a poll that never ends": ("poll", tracked(60, ["in_transit"] * 6)),
    "a poll in a hurry": (
        "charged",
        [get(1), get(2), *tracked(1, ["in_transit"] * 4), get(1), get(2), get(1)],
    ),
    "waiting and doing nothing else": ("charged", [wait(60)] * 7),
    "waits of ever other length": ("charged", [wait(60 + n) for n in range(7)]),
    "polling a tool that is not meant for it": (
        "charged",
        [c for _ in range(7) for c in (get(1), wait(60))],
    ),
}  # fmt: skip

NO_LOOPS: dict[str, list[dict[str, Any]]] = {
    "many different reads": [get(n) for n in range(30)],
    "five repeats": [get(1)] * 6,
    "repeats with news between them": [c for n in range(9) for c in (get(1), get(1), get(10 + n))],
    "pages of a list": [search("red shoes of size ten", f"page {n}", page=n) for n in range(12)],
    "pages that are empty": [search("red shoes of size ten", "nothing", page=n) for n in range(9)],
    "looking for many orders that are not there": [
        search("", "nothing", order=f"#10{n}") for n in range(10)
    ],
    "a declared poll that keeps its interval": tracked(60, ["in_transit"] * 4 + ["delivered"]),
    "a poll whose state moves on": tracked(
        60, ["label"] * 4 + ["in_transit"] * 4 + ["delivered"] * 4
    ),
    "a declared poll with waits": [
        c for n in range(5) for c in (
            {"tool": "track", "args": {"number": "1Z"}, "result": "lost", "t": 61.0 * n},
            wait(60, t=61.0 * n + 1),
        )
    ],
    "retries whose pause doubles": backed_off([1, 2, 4, 8, 16, 32, 64, 128]),
    "retries whose pause grows by half, each timed out after 30 s": backed_off(
        [1, 1.5, 2.25, 3.375, 5.1, 7.7, 11.6], took=30
    ),
    "five errors and then a success": [*backed_off([5, 5, 5, 5]), refund(target="ch_1")],
    "the same write twice": [refund(target="ch_1")] * 2,
    "one refund on each of many charges": [
        {"tool": "refund", "args": {"charge": f"ch_{n}", "amount": 100}, "target": f"ch_{n}"}
        for n in range(8)
    ],
    "the same note on many tickets": [comment("Your parcel is on its way", n) for n in range(8)],
    "different notes on one ticket": [
        comment("Called the carrier"), comment("Refund asked for, see approval"),
        comment("Customer wants a phone call"), comment("Solved, closing this"),
    ],
    "a check after each write": [
        c for n in range(6)
        for c in (refund(target=f"x{n}", args={"charge": f"ch_{n}"}), get(1, result=f"after {n}"))
    ],
}  # fmt: skip


@pytest.mark.parametrize("name", LOOPS)
def test_a_loop_is_seen_under_its_rule(name: str) -> None:
    expected, calls = LOOPS[name]
    assert rule(calls) == expected


@pytest.mark.parametrize("name", NO_LOOPS)
def test_what_makes_progress_or_has_patience_is_no_loop(name: str) -> None:
    assert rule(NO_LOOPS[name]) is None


def test_traces_that_were_held_out_are_judged_nearly_as_well() -> None:
    """Written after the rules were frozen and never used to tune them: mend no rule by these."""
    assert len(HELD_OUT) >= 45
    hits = false_alarms = loops = 0
    wrong = []
    for path in HELD_OUT:
        trace = json.loads(path.read_text("utf-8"))
        found = rule(c for c in trace["calls"] for _ in range(c.get("repeat", 1)))
        loops += trace["loop"]
        hits += trace["loop"] and found is not None
        false_alarms += not trace["loop"] and found is not None
        if trace["loop"] != (found is not None):
            wrong.append(path.stem)
    precision, recall = hits / (hits + false_alarms), hits / loops
    assert set(wrong) <= MISJUDGED
    assert precision > 0.9
    assert recall > 0.85


def test_the_verdict_says_where_it_began_who_was_in_it_and_what_it_cost() -> None:
    calls = [
        get(9),
        get(1, agent="b"),
        get(2, agent="a"),
        *[get(1, agent="b"), get(2, agent="a")] * 3,
    ]
    found = stuck(steps(calls), {})
    assert found is not None
    assert (found.type, found.rule) == ("stuck", "charged")
    assert (found.start_step, found.flagged_step) == (4, 9)
    assert found.period == 2
    assert found.actors == ("a", "b")
    assert found.steps_wasted == 5


def test_the_first_stretch_is_reported() -> None:
    assert (found := stuck(steps([*LOOPS["the same write three times"][1], *[get(1)] * 7]), {}))
    assert found.rule == "same_write"


def handoffs(pairs: Iterable[tuple[str, str]]) -> list[dict[str, Any]]:
    return [{"type": "handoff", "from": a, "to": b} for a, b in pairs]


def test_eight_handovers_without_work_are_a_loop() -> None:
    events = [{"type": "tool_call"}, *handoffs([("triage", "billing"), ("billing", "triage")] * 4)]
    found = stuck_in_handoffs(events)
    assert found is not None
    assert (found.rule, found.period, found.actors) == ("handoffs", 2, ("billing", "triage"))
    assert (found.start_step, found.steps_wasted) == (1, 8)


def test_work_between_handovers_is_no_loop() -> None:
    events: list[dict[str, Any]] = []
    for _ in range(4):
        events += [*handoffs([("triage", "billing")] * 4), {"type": "tool_call"}]
    assert stuck_in_handoffs(events) is None
    assert stuck_in_handoffs(handoffs([("a", "b")] * 7)) is None


@pytest.mark.parametrize(
    ("run", "twin", "expected"),
    [
        ((30, 0, 0.0), (10, 0, 0.0), None),
        ((31, 0, 0.0), (10, 0, 0.0), "steps"),
        ((11, 0, 0.0), (0, 0, 0.0), "steps"),
        # Two times the twin and ten of its average steps: 3 x 1,000 tokens.
        ((10, 3000, 0.0), (10, 1000, 0.0), None),
        ((10, 3001, 0.0), (10, 1000, 0.0), "tokens"),
        ((10, 0, 0.3), (10, 0, 0.1), None),
        ((10, 0, 0.31), (10, 0, 0.1), "cost"),
        ((10, 900, 5.0), (10, 0, 0.0), None),
    ],
)
def test_runaway_is_more_than_twice_the_twin_and_ten_steps(
    run: tuple[int, int, float], twin: tuple[int, int, float], expected: str | None
) -> None:
    found = runaway(*run, twin=twin)
    assert (found.rule if found else None) == expected


def test_a_runaway_says_what_it_wasted() -> None:
    found = runaway(40, 0, 0.5, twin=(10, 0, 0.1))
    assert found is not None
    assert (found.start_step, found.flagged_step, found.steps_wasted) == (11, 40, 30)
    assert found.cost_usd_wasted == pytest.approx(0.4)


def test_thousands_of_different_writes_to_one_target_are_judged_at_once() -> None:
    words = [" ".join(f"w{n}x{i}" for i in range(8)) for n in range(3000)]
    began = process_time()
    assert rule(comment(text) for text in words) is None
    assert process_time() - began < 10  # minutes if each is held against each
    alike = f"{words[0]} again"
    assert rule(comment(text) for text in [*words, *[f"{alike} {n}" for n in range(4)]])
