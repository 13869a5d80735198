import json
from collections import Counter
from dataclasses import replace
from typing import Any

from sandbox.experiments.records import Loop
from sandbox.experiments.report.cases import (
    CASES_MAX,
    CHARACTERS_MAX,
    EACH_CELL,
    ENTRIES_HEAD,
    ENTRIES_TAIL,
    Case,
    cases,
)
from sandbox.experiments.results import Results


def tags(case: Case) -> list[str]:
    return [tag.text for tag, _ in case.findings]


def with_trace(results: Results, events: list[dict[str, Any]]) -> Results:
    """The worst conversation of *results* alone, with other *events*."""

    worst = results.worst(1)[0]
    path = results.path / "traces" / f"{worst.episode}.jsonl"
    path.write_text("".join(json.dumps(e) + "\n" for e in events))
    return replace(results, episodes=tuple(e for e in results.episodes if e.id == worst.episode))


def test_the_worst_come_first_and_none_that_passed(results: Results) -> None:
    shown = cases(results)
    assert len(shown) == CASES_MAX
    assert shown[0].unit == results.worst(1)[0]
    assert all(case.unit.verdict != "pass" for case in shown)
    assert [case.anchor for case in shown[:2]] == ["case-1", "case-2"]


def test_every_cell_that_failed_has_a_place(results: Results) -> None:
    failed = Counter(u.cell for u in results.conversations if u.verdict != "pass")
    shown = Counter(case.unit.cell for case in cases(results))
    assert sum(failed.values()) > CASES_MAX
    for cell, count in failed.items():
        assert shown[cell] >= min(count, EACH_CELL), cell


def test_a_case_tells_what_grading_found(results: Results) -> None:
    case = next(
        c for c in cases(results) if c.unit.violations and c.unit.condition == "tool_timeouts"
    )
    told = {tag.text: text for tag, text in case.findings}
    assert told["duplicate"] == "refund on ch_1; after tool_timeouts/payments"
    assert told["policy"].startswith("No refund over 500 USD without approval: 612.00")
    assert told["fault"] == "tool_timeouts/payments (changed what the agent saw)"
    assert "ok" not in told


def test_the_timeline_marks_the_wrong_effect(results: Results) -> None:
    case = cases(results)[0]
    effects = [e for e in case.head if e.kind == "effect"]
    assert [e.tags[0].text for e in effects] == ["ok", "duplicate"]


def test_loops_missing_effects_and_untold_facts_are_found_too(results: Results) -> None:
    stopped = tuple(e for e in results.episodes if e.outcome == "budget(steps)")
    case = cases(replace(results, episodes=stopped))[0]
    assert {"missing", "not told", "stuck"} <= set(tags(case))
    told = {tag.text: text for tag, text in case.findings}
    assert told["stuck"] == "rule charged, steps 2 to 9, 8 wasted, $0.010 wasted"


def test_a_loop_that_is_only_dear_names_no_steps(make: Any) -> None:
    results = make(episodes=4)
    loop = Loop("runaway", "cost", 12, 9, 0, (), 0, 0.5)
    episodes = tuple(
        replace(e, conversations=tuple(replace(u, loops=(loop,)) for u in e.conversations))
        for e in results.episodes
    )
    case = cases(replace(results, episodes=episodes))[0]
    told = {tag.text: text for tag, text in case.findings}
    assert told["runaway"] == "rule cost, $0.500 wasted"


def test_commands_show_and_replay_the_very_conversation(results: Results, traffic: Results) -> None:
    case = cases(results)[0]
    where = f"results/first_look-001 {case.unit.episode}"
    assert (case.replay, case.trace) == (f"sandbox replay {where}", f"sandbox trace {where}")
    day = cases(traffic)[0]
    assert day.trace.endswith(f"{day.unit.episode} --conversation {day.unit.id}")


def test_under_traffic_each_timeline_is_that_of_its_conversation(traffic: Results) -> None:
    for case in cases(traffic):
        assert {e.conversation for e in case.head if e.conversation} == {case.unit.id}
        number = int(case.unit.id.lstrip("c"))
        assert case.origin_s == 600.0 * (number - 1)
        assert any(e.kind == "model" for e in case.head)


def test_an_episode_without_a_trace_still_has_its_case(make: Any) -> None:
    results = make(episodes=4)
    worst = results.worst(1)[0]
    (results.path / "traces" / f"{worst.episode}.jsonl").unlink()
    case = cases(results)[0]
    assert (case.unit.id, case.head, case.left_out) == (worst.id, (), 0)


def test_endless_timelines_lose_their_middle(make: Any) -> None:
    notes = [{"t": i, "type": "note", "conversation": "c1", "text": f"n{i}"} for i in range(500)]
    case = cases(with_trace(make(episodes=4), notes))[0]
    assert (len(case.head), len(case.tail)) == (ENTRIES_HEAD, ENTRIES_TAIL)
    assert case.left_out == 500 - ENTRIES_HEAD - ENTRIES_TAIL
    assert case.tail[-1].text == "n499"


def test_long_results_are_cut_with_a_note(make: Any) -> None:
    call = {"call": "call-1", "tool": "t", "conversation": "c1"}
    events = [
        {"t": 0, "type": "tool_call", **call, "args": {}},
        {"t": 1, "type": "tool_result", **call, "result": "x" * 5000},
    ]
    [part] = cases(with_trace(make(episodes=4), events))[0].head[0].parts
    assert part.value == "x" * CHARACTERS_MAX + " … (4,300 more characters)"


def test_a_run_without_failures_has_no_cases(results: Results) -> None:
    good = tuple(e for e in results.episodes if e.verdict == "pass")
    assert cases(replace(results, episodes=good)) == []
