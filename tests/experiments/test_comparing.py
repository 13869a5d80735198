from pathlib import Path
from typing import Any

import pytest

from sandbox.agents.reference.plain import hello_careful, hello_naive
from sandbox.errors import UsageError
from sandbox.experiments.comparing import Comparison, compare, is_worse
from sandbox.experiments.paired import Difference
from sandbox.experiments.results import Results
from sandbox.experiments.runner import run
from sandbox.experiments.statistics import Estimate


@pytest.fixture(scope="module")
def runs(spec_of: Any, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Results]:
    folder = tmp_path_factory.mktemp("compare")
    spec = spec_of(
        agents=[{"name": "mine", "path": "sandbox.agents.reference.plain:hello_careful"}],
        conditions=[{"name": "no_fault"}, {"name": "tool_timeouts", "faults": "tool_timeouts"}],
        episodes=6,
    )
    calm = spec.model_copy(update={"conditions": spec.conditions[:1], "id": "calm"})
    return {
        "careful": run(spec, agents={"mine": hello_careful}, out="careful", cwd=folder),
        "naive": run(spec, agents={"mine": hello_naive}, out="naive", cwd=folder),
        "calm": run(calm, agents={"mine": hello_careful}, out="calm", cwd=folder),
    }


@pytest.fixture(scope="module")
def worse(runs: dict[str, Results]) -> Comparison:
    return compare(runs["careful"], runs["naive"])


def test_a_run_equals_itself(runs: dict[str, Results]) -> None:
    same = compare(runs["careful"].path, str(runs["careful"].path))
    assert same.identical
    assert same.changed == []
    assert same.worse == []


def test_what_changed_is_named_conversation_by_conversation(worse: Comparison) -> None:
    assert not worse.identical
    assert {c.before for c in worse.changed} == {"success"}
    assert all(c.id.startswith("mine-tool_timeouts-") for c in worse.changed)
    assert "harmful" in {c.now for c in worse.changed}


def test_a_difference_whose_whole_interval_is_bad_counts_as_worse(worse: Comparison) -> None:
    assert ("mine/tool_timeouts", "success_rate") in {(cell, d.metric) for cell, d in worse.worse}
    assert all(cell == "mine/tool_timeouts" for cell, _ in worse.worse)


def test_the_other_way_round_nothing_is_worse(runs: dict[str, Results]) -> None:
    better = compare(runs["naive"], runs["careful"])
    assert better.worse == []


@pytest.mark.parametrize(("pairs", "worse"), [(2, False), (5, False), (6, True)])
def test_a_handful_of_pairs_proves_nothing_even_if_they_agree(pairs: int, worse: bool) -> None:
    found = Difference("b", "a", "calm", "success_rate", Estimate(-1.0, -1.0, -1.0, pairs))
    assert is_worse(found) is worse


def test_cells_that_only_one_run_has_are_named(runs: dict[str, Results]) -> None:
    found = compare(runs["careful"], runs["calm"])
    assert (found.only_a, found.only_b) == (["mine/tool_timeouts"], [])
    assert compare(runs["calm"], runs["careful"]).only_b == ["mine/tool_timeouts"]


def test_the_json_form_says_the_same(worse: Comparison) -> None:
    data = worse.to_dict()
    assert data["identical"] is False
    assert len(data["changed"]) == len(worse.changed)
    assert {w["cell"] for w in data["worse"]} == {"mine/tool_timeouts"}


def test_runs_without_a_common_cell_cannot_be_compared(
    runs: dict[str, Results], spec_of: Any, tmp_path: Path
) -> None:
    other = run(spec_of("good"), agents={"good": hello_careful}, out="other", cwd=tmp_path)
    with pytest.raises(UsageError, match="have no agent x condition in common"):
        compare(runs["careful"], other)
