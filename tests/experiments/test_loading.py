import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sandbox.content.places import Places
from sandbox.errors import ContentError, UsageError
from sandbox.experiments.loading import check_setup, load, load_experiment, narrowed
from sandbox.experiments.spec import ExperimentSpec

GOOD = """\
id: mine
title: Mine
world: retail_support
agents:
  - {name: a, path: "sandbox.agents.reference.plain:hello_naive"}
  - {name: b, path: "sandbox.agents.reference.plain:hello_careful"}
tasks: [refund_in_policy]
conditions:
  - {name: calm}
  - {name: bad, faults: tool_timeouts}
"""
TASK = """\
id: mine
title: Mine
cast:
  order: {query: "SELECT id, email FROM commerce_orders ORDER BY id"}
user: {name: $order.nam, email: $order.email, opening: Hi, goal: Help}
oracle:
  - {id: found, tool: commerce_get_ordr, args: {order_id: $order.id}}
  - {id: again, tool: commerce_get_order, args: {order_i: $ordr.id}}
effects:
  required:
    - {effect: refnd, target: $order.id}
"""
Wrong = Callable[..., list[str]]


@pytest.fixture
def wrong(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Wrong:
    """The problems of GOOD with some of its lines replaced."""
    monkeypatch.chdir(tmp_path)

    def problems(text: str = GOOD, /, **lines: str) -> list[str]:
        for key, line in lines.items():
            text, count = re.subn(rf"(?m)^{key}:.*\n(?:  .*\n)*", f"{line}\n", text)
            text = text if count else f"{text}{line}\n"
        (tmp_path / "mine.yaml").write_text(text)
        with pytest.raises(ContentError) as caught:
            load("mine.yaml")
        return str(caught.value).splitlines()

    return problems


def test_a_good_experiment_loads(tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text(GOOD)
    spec, path = load_experiment("mine.yaml", Places(tmp_path))
    assert spec.id == "mine"
    assert path == tmp_path / "mine.yaml"


@pytest.mark.parametrize(
    ("key", "line", "problem"),
    [
        ("titel", "titel: x", "mine.yaml:11:1: unknown key 'titel' (did you mean 'title'?)"),
        ("episodes", "episodes: many", "mine.yaml:11:11: expected a whole number, got 'many'"),
        ("world", "world: retail_suport",
         "mine.yaml:3:8: no world called 'retail_suport' (did you mean 'retail_support'?)"),
        ("tasks", "tasks: [refund_in_polcy]",
         ("mine.yaml:7:9: world 'retail_support' has no task 'refund_in_polcy' "
         "(did you mean 'refund_in_policy'?)")),
        ("model", "model: sim:standrd",
         "mine.yaml:11:8: unknown model 'sim:standrd' (did you mean 'sim:standard-2026-11'?)"),
        ("personas", "personas: [patient_regula]",
         "mine.yaml:11:12: no persona called 'patient_regula' (did you mean 'patient_regular'?)"),
        ("personas", "personas: []", "mine.yaml:11:1: at least one persona is needed"),
        ("conditions", "conditions: [{name: x, faults: tool_timeout}]",
         "mine.yaml:8:32: no fault plan called 'tool_timeout' (did you mean 'tool_timeouts'?)"),
        ("conditions", "conditions: [{name: x}, {name: x}]",
         "mine.yaml:8:32: duplicate name 'x'"),
        ("gates", "gates: [{metric: succes_rate, min: 1}]",
         "mine.yaml:11:18: unknown metric 'succes_rate' (did you mean 'success_rate'?)"),
        ("gates", "gates: [{metric: success_rate, agent: c, min: 1}]",
         "mine.yaml:11:39: no agent is called 'c'"),
        ("gates", "gates: [{metric: success_rate, condition: clam, min: 1}]",
         "mine.yaml:11:43: no condition is called 'clam' (did you mean 'calm'?)"),
        ("gates", "gates: [{metric: success_rate}]",
         "mine.yaml:11:9: a gate needs `min` or `max`"),
        ("compare", "compare: [a, c]", "mine.yaml:11:14: no agent is called 'c'"),
        ("compare", "compare: [a]", "mine.yaml:11:1: compare takes two agents"),
        ("traffic", "traffic: {profile: suport}",
         "mine.yaml:11:20: no arrival profile called 'suport' (did you mean 'support'?)"),
        ("agents", 'agents: [{name: a, path: "sandbox.agents.reference.plain:hello_naiv"}]',
         "has no 'hello_naiv' (did you mean 'hello_naive'?)"),
        ("agents", "agents: [{name: a, path: nowhere:build}]",
         "mine.yaml:4:26: agent 'nowhere:build': no module named 'nowhere'"),
        ("agents", "agents: [{name: a, path: my_agnt.py:build}]",
         "mine.yaml:4:26: agent 'my_agnt.py:build': no file 'my_agnt.py'"),
        ("agents", "agents: []", "mine.yaml:4"),
    ],
)  # fmt: skip
def test_each_wrong_name_is_told_with_its_place(
    wrong: Wrong, key: str, line: str, problem: str
) -> None:
    found = wrong(**{key: line})
    assert len(found) == 1
    assert problem in found[0]


def test_everything_that_is_wrong_is_told_at_once(wrong: Wrong) -> None:
    found = wrong(
        world="world: retail_suport", model="model: sim:standrd", personas="personas: [nobdy]",
        gates="gates: [{metric: succes_rate, min: 1}]",
    )  # fmt: skip
    assert [line.partition(": ")[0] for line in found] == [
        "mine.yaml:3:8", "mine.yaml:11:8", "mine.yaml:12:12", "mine.yaml:13:18",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "mine.yaml:1:1: the file is empty"),
        (b"id: x\n  title: [oops\n", "mine.yaml:2:8: not YAML"),
        (b"id: x\ntitle: caf\xe9\n", "mine.yaml:2:11: not UTF-8: byte 0xe9"),
        (b"\x89PNG\r\n\x1a\n", "mine.yaml:1:1: not UTF-8"),
        (b"- a\n- b\n", "mine.yaml:1:1: expected `key: value` lines"),
    ],
)
def test_a_file_that_is_no_yaml_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes, problem: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.yaml").write_bytes(content)
    with pytest.raises(ContentError) as caught:
        load("mine.yaml")
    assert str(caught.value).startswith(problem)


@pytest.mark.parametrize("name", ["helo", "missing.yaml", "folder.yaml", "nul\0.yaml", "x" * 500])
def test_a_name_that_leads_nowhere_is_told(tmp_path: Path, name: str) -> None:
    (tmp_path / "folder.yaml").mkdir()
    with pytest.raises(UsageError, match="no experiment called"):
        load(name, cwd=tmp_path)


def test_the_problems_of_other_files_keep_their_own_places(wrong: Wrong, tmp_path: Path) -> None:
    (tmp_path / "worlds" / "w" / "tasks").mkdir(parents=True)
    (tmp_path / "worlds" / "w" / "world.yaml").write_text(
        "id: w\ntitle: W\nextends: retail_support\n"
    )
    (tmp_path / "worlds" / "w" / "tasks" / "mine.yaml").write_text(TASK)
    (tmp_path / "worlds" / "w" / "tasks" / "other.yaml").write_text(TASK)
    found = wrong(world="world: w")
    task = "worlds/w/tasks/mine.yaml"
    for start in (
        f"{task}:5:14: unknown reference $order.nam",
        f"{task}:7:23: no tool called 'commerce_get_ordr' (did you mean 'commerce_get_order'?)",
        f"{task}:8:59: unknown reference $ordr.id: nothing is called 'ordr'",
        f"{task}:11:16: no effect called 'refnd' (did you mean 'refund'?)",
        "worlds/w/tasks/other.yaml:1:5: duplicate task id 'mine': also in worlds/w/tasks/mine",
    ):
        assert any(line.startswith(start) for line in found), (start, found)


@pytest.mark.parametrize(
    ("fault", "problem"),
    [
        ("{kind: latency, tool: stripe_create_refunds, extra_s: 5}",
         ("faults/mine.yaml:4:27: no tool matches 'stripe_create_refunds' "
         "(did you mean 'stripe_create_refund'?)")),
        ("{kind: latncy, tool: stripe_create_refund}",
         "faults/mine.yaml:4:12: unknown kind 'latncy' (did you mean 'latency'?)"),
    ],
)  # fmt: skip
def test_a_wrong_fault_is_told_in_the_plans_file(
    wrong: Wrong, tmp_path: Path, fault: str, problem: str
) -> None:
    (tmp_path / "faults").mkdir()
    (tmp_path / "faults" / "mine.yaml").write_text(f"id: m\ntitle: M\nfaults:\n  - {fault}\n")
    (found,) = wrong(conditions="conditions: [{name: x, faults: mine}]")
    assert found.startswith(problem)


def test_the_command_line_narrows_a_spec(spec_of: Any) -> None:
    spec: ExperimentSpec = spec_of("good", episodes=9)
    one = narrowed(spec, seed=5, episodes=1, task="duplicate_charge")
    assert (one.seed, one.episodes, one.tasks) == (5, 1, ["duplicate_charge"])
    assert narrowed(spec, seed=None, episodes=None, task=None) == spec
    with pytest.raises(UsageError, match="--episodes: Input should be greater than 0"):
        narrowed(spec, seed=None, episodes=0, task=None)


def test_a_stored_experiment_is_held_against_the_content_of_today(
    spec_of: Any, setup_of: Any
) -> None:
    check_setup(setup_of(spec_of("good")))
    gone = spec_of("good", conditions=[{"name": "x", "faults": ["no_longer_there"]}])
    with pytest.raises(UsageError, match="no fault plan called 'no_longer_there'"):
        check_setup(setup_of(gone))
