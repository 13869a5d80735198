# ruff: noqa: RUF001 - the dashes and minus signs that figures are written with
import io
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from sandbox.cli.table import print_summary
from sandbox.experiments.records import ConversationResult, EpisodeResult, GradedEffect
from sandbox.experiments.results import Results
from sandbox.experiments.spec import AgentEntry, Condition, ExperimentSpec, Gate
from sandbox.experiments.summary import summarise

SPEC = ExperimentSpec(
    id="first_look",
    title="First look",
    world="retail_support",
    agents=[AgentEntry(name="naive", path="a:b"), AgentEntry(name="hardened", path="a:c")],
    conditions=[Condition(name="no_fault"), Condition(name="tool_timeouts", faults="slow")],
    gates=[
        Gate(metric="success_rate", agent="hardened", condition="tool_timeouts", min=0.8),
        Gate(metric="incorrect_write_rate", agent="naive", condition="tool_timeouts", max=0.05),
        Gate(metric="recovery_rate", agent="naive", condition="no_fault", bound="low", min=0.1),
    ],
)
WRONG = GradedEffect("duplicate", "refund", "ch_1", effect_id="effect-2")


def unit(agent: str, condition: str, number: int, *, harmed: bool) -> ConversationResult:
    name = f"{agent}-{condition}-{number:04d}"
    good = ConversationResult(
        id="c1", episode=name, cell=f"{agent}/{condition}", task="refund", persona="regular",
        agent=agent, condition=condition, number=number, verdict="pass", outcome="success",
        sentence=f"{agent} solved the task.", steps=5, writes=2, cost_usd=0.03, sim_s=90.0 + number,
    )  # fmt: skip
    if not harmed:
        return good
    sentence = f"{agent} repeated a refund on ch_1 after a timeout."
    return replace(good, verdict="fail", outcome="harmful", effects=(WRONG,), sentence=sentence)


def made(units: list[ConversationResult], **changes: Any) -> Results:
    episodes = [
        EpisodeResult(
            u.episode, u.cell, 1, u.verdict, u.outcome, (u,), u.steps, u.cost_usd, u.sim_s, "", "",
            f"sandbox replay results/first_look-001 {u.episode}",
        )
        for u in units
    ]  # fmt: skip
    summary = summarise(SPEC, episodes, version="1", prices_as_of="2026-11-01", complete=True)
    return Results(Path("results/first_look-001"), {**summary, **changes}, tuple(episodes))


@pytest.fixture(scope="module")
def results() -> Results:
    return made([
        unit(agent.name, c.name, n,
             harmed=agent.name == "naive" and c.name == "tool_timeouts" and n % 2 == 0)
        for agent in SPEC.agents for c in SPEC.conditions for n in range(1, 31)
    ])  # fmt: skip


def printed(results: Results, *, width: int = 100, **options: Any) -> str:
    out = io.StringIO()
    print_summary(results, Console(file=out, width=width, **options))
    return out.getvalue()


def test_a_row_has_rates_with_intervals_and_latency(results: Results) -> None:
    lines = printed(results).splitlines()
    row = next(line for line in lines[lines.index("tool_timeouts") :] if "naive" in line)
    assert "50 % [33–67]" in row
    assert "25 % [" in row, "15 of 60 writes"
    assert "0 % [0–11]" in row
    assert "$0.060" in row
    assert row.endswith("2.0 min"), "with 30 values a p95 has no interval"


def test_it_fits_100_columns_in_one_line_per_cell(results: Results) -> None:
    lines = printed(results).splitlines()
    assert max(map(len, lines)) <= 100
    assert sum(line.startswith(("  naive ", "  hardened ")) for line in lines) == 4


def test_where_it_is_narrow_the_intervals_stand_beneath(results: Results) -> None:
    text = printed(results, width=72)
    table = text[: text.index("95 % intervals")].splitlines()
    assert max(map(len, table)) <= 72
    assert any("50 %" in line and "[33–67]" not in line for line in table)
    assert any(line.strip().startswith("[33–67]") for line in table)


def test_paired_differences_stand_below_the_table(results: Results) -> None:
    text = printed(results)
    assert "naive - hardened, paired" in text
    line = next(x for x in text.splitlines() if x.startswith("  tool_timeouts"))
    assert "−50 pp [−67, −33]" in line
    assert "+25 pp" in line


def test_gates_say_whether_they_hold(results: Results) -> None:
    text = printed(results)
    assert "  pass  hardened/tool_timeouts success 100 % (at least 80 %)" in text
    assert "  FAIL  naive/tool_timeouts incorrect writes 25 % (at most 5 %)" in text
    assert "  undefined  naive/no_fault recovery – (lower end at least 10 %)" in text
    assert "verdict: fail: 2 of 3 gates hold" in text


def test_the_three_worst_come_with_their_sentence_and_their_replay_command(
    results: Results,
) -> None:
    text = printed(results)
    assert text.count("naive repeated a refund on ch_1 after a timeout.") == 3
    assert "replay: sandbox replay results/first_look-001 naive-tool_timeouts-0002" in text
    assert text.count("replay:") == 3


def test_it_ends_with_report_model_prices_and_digest(results: Results) -> None:
    text = printed(results)
    assert "report: results/first_look-001/report.html" in text
    assert "model: sim:standard-2026-11, prices as of 2026-11-01  (simulated" in text
    assert f"digest {results.digest}" in text


def test_commands_and_paths_are_never_wrapped(results: Results) -> None:
    text = printed(results, width=40)
    assert "replay: sandbox replay results/first_look-001 naive-tool_timeouts-0002" in text


def test_invalid_conversations_are_pointed_out(results: Results) -> None:
    lost = replace(unit("naive", "no_fault", 1, harmed=False), verdict="invalid", invalid="lost")
    assert "no_fault  (naive: 1 invalid)" in printed(made([lost]))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"complete": False}, "fail, cut off: the figures stand on what was done"),
        ({"verdict": "invalid"}, "invalid: too many episodes failed in the simulator itself"),
        ({"verdict": "pass", "gates": []}, "pass: no gates, so nothing had to hold"),
    ],
)
def test_the_verdict_is_said_plainly(results: Results, changes: dict[str, Any], words: str) -> None:
    assert words in printed(replace(results, summary={**results.summary, **changes}))


def test_one_agent_and_no_failures_leave_the_rest_out() -> None:
    good = made([unit("naive", "no_fault", 1, harmed=False)], paired=[], gates=[])
    text = printed(good)
    assert "paired" not in text
    assert "gates\n" not in text
    assert "worst" not in text


def test_under_traffic_the_worst_name_their_conversation() -> None:
    first = unit("naive", "no_fault", 1, harmed=True)
    day = made([first])
    episode = replace(day.episodes[0], conversations=(first, replace(first, id="c00002")))
    text = " ".join(printed(replace(day, episodes=(episode,))).split())
    assert "(no_fault, refund, c00002)" in text
    assert "(no_fault, refund)" in printed(day)


def test_a_quantile_interval_appears_where_n_allows_one() -> None:
    many = made([unit("naive", "no_fault", n, harmed=False) for n in range(1, 81)])
    row = next(x for x in printed(many, width=120).splitlines() if x.startswith("  naive"))
    assert row.endswith("2.8 min [2.7–2.8]")


def test_colour_is_for_terminals_and_hostile_text_does_nothing(results: Results) -> None:
    assert "\x1b[" not in printed(results)
    assert "\x1b[" in printed(results, force_terminal=True, color_system="standard")
    plain = printed(results, force_terminal=True, color_system="standard", no_color=True)
    assert "\x1b[3" not in plain
    bad = replace(unit("naive", "no_fault", 1, harmed=True), sentence="[bold]x[/bold]\x1b[2J\ny")
    text = printed(made([bad]))
    assert r"[bold]x[/bold]\x1b[2J y" in text
    assert "\x1b" not in text
