"""The results folder: never overwritten, readable at any moment, whole at the end."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sandbox.errors import UsageError
from sandbox.experiments.folder import ResultsFolder
from sandbox.experiments.records import ConversationResult, EpisodeResult, GradedEffect


def unit(**changes: Any) -> ConversationResult:
    fields: dict[str, Any] = {
        "id": "c1", "episode": "e1", "cell": "a/calm", "task": "t", "persona": "p", "agent": "a",
        "condition": "calm", "number": 1, "verdict": "pass", "outcome": "success", "sentence": "",
    }  # fmt: skip
    return ConversationResult(**{**fields, **changes})


def episode(*units: ConversationResult, **changes: Any) -> EpisodeResult:
    fields: dict[str, Any] = {
        "id": units[0].episode, "cell": units[0].cell, "seed": 7, "verdict": units[0].verdict,
        "outcome": units[0].outcome, "steps": 3, "cost_usd": 0.1, "sim_s": 60.0,
        "trace_digest": "t1", "schedule_digest": "s1", "replay": "sandbox replay r e1",
    }  # fmt: skip
    return EpisodeResult(conversations=units, **{**fields, **changes})


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[ResultsFolder]:
    made = ResultsFolder.create(tmp_path / "r", "x", cwd=tmp_path)
    made.write_experiment({"spec": {"id": "x"}})
    yield made
    made.close()


def two_units(n: int, **changes: Any) -> EpisodeResult:
    wrong = GradedEffect("duplicate", "refund", "ch_1")
    units = [unit(id=f"c{i}", episode=f"e{n}", effects=(wrong,) * i) for i in (1, 2)]
    return episode(*units, **changes)


def test_the_next_free_number_is_taken(tmp_path: Path) -> None:
    names = [ResultsFolder.create(None, "x", cwd=tmp_path).path.name for _ in range(2)]
    assert names == ["x-001", "x-002"]
    (tmp_path / "results" / "x-041").mkdir()
    (tmp_path / "results" / "x-old").mkdir()
    assert ResultsFolder.create(None, "x", cwd=tmp_path).path.name == "x-042"


def test_a_folder_that_holds_something_is_never_overwritten(tmp_path: Path) -> None:
    (tmp_path / "r").mkdir()
    (tmp_path / "r" / "note.txt").write_text("mine")
    with pytest.raises(
        UsageError, match="never overwritten; choose another --out, or add --resume"
    ):
        ResultsFolder.create(tmp_path / "r", "x", cwd=tmp_path)
    with pytest.raises(UsageError, match="exists and is not empty"):
        ResultsFolder.create(tmp_path / "r" / "note.txt", "x", cwd=tmp_path)
    (tmp_path / "empty").mkdir()
    assert ResultsFolder.create(tmp_path / "empty", "x", cwd=tmp_path).path.is_dir()


def test_a_folder_that_cannot_be_made_is_a_users_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError, match="cannot write results"):
        ResultsFolder.create(tmp_path / "file" / "r", "x", cwd=tmp_path)


def test_what_was_added_is_on_the_disk_at_once(folder: ResultsFolder) -> None:
    first, second = two_units(1), two_units(2)
    folder.add(first)
    assert ResultsFolder.open(folder.path).episodes() == [first]
    folder.add(second)
    assert ResultsFolder.open(folder.path).episodes() == [first, second]


def test_an_episodes_line_says_what_was_wrong_in_brief(folder: ResultsFolder) -> None:
    folder.add(two_units(1))
    line = json.loads((folder.path / "episodes.jsonl").read_text("utf-8"))
    assert line["conversations"] == 2
    assert [e["verdict"] for e in line["effects"]] == ["duplicate"] * 3
    assert {"id", "cell", "seed", "verdict", "outcome", "effects", "loops", "cost_usd", "steps",
            "sim_s", "trace_digest", "schedule_digest", "replay"} <= set(line)  # fmt: skip


def test_half_a_line_of_a_killed_run_is_left_out(folder: ResultsFolder) -> None:
    folder.add(two_units(1))
    folder.close()
    for name in ("episodes.jsonl", "conversations.jsonl"):
        with (folder.path / name).open("a") as file:
            file.write('{"id": "e2", "cel')
    assert folder.episodes() == [two_units(1)]
    folder.add(two_units(3))
    assert folder.episodes() == [two_units(1), two_units(3)], "a new line begins on its own"


def test_units_written_twice_after_a_kill_count_once(folder: ResultsFolder) -> None:
    folder.add(two_units(1))
    folder.close()
    (folder.path / "episodes.jsonl").write_text("")  # killed between the two files
    folder.add(two_units(1))
    assert folder.episodes() == [two_units(1)]


def test_in_the_end_episodes_stand_in_order_with_the_summary(folder: ResultsFolder) -> None:
    first, second = two_units(1), two_units(2)
    folder.add(second)
    folder.add(first)
    folder.finish([first, second], {"digest": "d"})
    found = ResultsFolder.open(folder.path)
    assert [e.id for e in found.episodes()] == ["e1", "e2"]
    assert found.summary() == {"digest": "d"}
    assert found.experiment() == {"spec": {"id": "x"}}
    assert not list(folder.path.glob("*.tmp"))
    lines = (folder.path / "conversations.jsonl").read_text().splitlines()
    assert [json.loads(line)["episode"] for line in lines] == ["e1", "e1", "e2", "e2"]


def test_a_run_that_was_cut_off_says_how_to_go_on(folder: ResultsFolder) -> None:
    with pytest.raises(UsageError, match=r"the run was cut off; go on with .*--resume"):
        folder.summary()


def test_another_folder_is_no_results(tmp_path: Path, folder: ResultsFolder) -> None:
    with pytest.raises(UsageError, match="is not a results folder"):
        ResultsFolder.open(tmp_path)
    (folder.path / "experiment.json").write_text("[1]")
    with pytest.raises(UsageError, match="holds no results"):
        folder.experiment()
    (folder.path / "experiment.json").write_text("{")
    with pytest.raises(UsageError, match="cannot be read"):
        folder.experiment()


def test_a_misspelt_episode_is_told_the_near_one(folder: ResultsFolder) -> None:
    trace = folder.path / "traces" / "naive-calm-0001.jsonl"
    trace.write_text("")
    assert folder.trace_path("naive-calm-0001") == trace
    with pytest.raises(UsageError, match="did you mean 'naive-calm-0001'"):
        folder.trace_path("naive-calm-001")


def test_hostile_text_survives_the_files(folder: ResultsFolder) -> None:
    one = episode(unit(sentence='</script>\u2028"\n line two \U0001f600'))
    folder.add(one)
    assert folder.episodes() == [one]
