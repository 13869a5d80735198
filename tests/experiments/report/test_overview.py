from dataclasses import replace
from typing import Any

import pytest

from sandbox.experiments.metrics import METRICS
from sandbox.experiments.report.overview import NO_GATES, overview
from sandbox.experiments.results import Results


def said(results: Results, **changes: Any) -> dict[str, Any]:
    changed = replace(results, summary={**results.summary, **changes})
    return overview(changed, {"spec": {"world": "w"}})


def test_every_cell_is_a_row_under_its_condition(results: Results) -> None:
    rows = said(results)["rows"]
    assert [(r.condition, r.agent) for r in rows[:3]] == [
        ("no_fault", "naive"), ("no_fault", "hardened"), ("tool_timeouts", "naive"),
    ]  # fmt: skip
    assert [r.first for r in rows[:3]] == [True, False, True]
    assert all(r.span == 2 for r in rows)
    assert sum(r.conversations for r in rows) == 400


def test_a_row_says_what_the_summary_says(results: Results) -> None:
    rows = said(results)["rows"]
    row = next(r for r in rows if (r.agent, r.condition) == ("naive", "tool_timeouts"))
    rate = results.metric("success_rate")["naive", "tool_timeouts"]
    assert row.figures[0].value == f"{100 * rate['value']:.0f} %"
    assert row.figures[0].n == rate["n"]
    calm = next(r for r in rows if r.condition == "no_fault")
    assert calm.figures[4].value == "\N{EN DASH}", "no fault fired: recovery is undefined"


def test_the_counts_add_up(results: Results) -> None:
    counts = {name: int(count) for name, count in said(results)["tiles"]}
    assert counts.pop("conversations") == sum(counts.values()) == 400
    assert counts["invalid"] == 2


def test_gates_say_their_bound_and_whether_it_holds(results: Results) -> None:
    gates = said(results)["gates"]
    assert [g["passed"] for g in gates] == ["pass", "fail", "pass", "undefined"]
    assert (gates[0]["bound"], gates[0]["value"]) == ("at least 80 %", "98 %")
    assert gates[3]["value"] == "\N{EN DASH}"


def test_a_gate_on_the_end_of_an_interval_says_so(results: Results) -> None:
    gate = {**results.summary["gates"][0], "bound": "low", "max": 0.9}
    [told] = said(results, gates=[gate])["gates"]
    assert told["bound"] == "lower end of the interval at least 80 % and at most 90 %"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"verdict": "pass", "gates": []}, NO_GATES),
        ({"verdict": "pass"}, "Every gate holds."),
        ({"complete": False}, "The run was cut off"),
        ({"verdict": "invalid"}, "Too many episodes failed"),
    ],
)
def test_the_verdict_is_said_in_words(
    results: Results, changes: dict[str, Any], words: str
) -> None:
    assert said(results, **changes)["verdict_words"].startswith(words)


def test_only_simulated_models_get_the_note(results: Results) -> None:
    assert said(results)["simulated"]
    assert not said(results, model="openai/gpt-x")["simulated"]


def test_all_differences_stand_in_a_table_by_metric_and_condition(results: Results) -> None:
    paired = said(results)["paired"]
    assert (paired["a"], paired["b"], len(paired["conditions"])) == ("naive", "hardened", 5)
    assert all(len(items) == 5 for _, items in paired["rows"])
    assert said(results, paired=[])["paired"] == {}


def test_every_metric_is_defined_with_its_denominator(results: Results) -> None:
    definitions = said(results)["definitions"]
    assert [d[0] for d in definitions] == [*METRICS, "invalid_rate"]
    assert all(numerator and denominator for _, _, numerator, denominator in definitions)
