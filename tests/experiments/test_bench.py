import json
from pathlib import Path
from typing import Any

import pytest

from sandbox.errors import UsageError
from sandbox.experiments.bench import Bench
from sandbox.experiments.matrix import EpisodePlan, episodes
from sandbox.experiments.records import ConversationRecord, EpisodeResult
from sandbox.experiments.session import Session
from sandbox.experiments.stage import Stage


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("results")


@pytest.fixture(scope="module")
def bench(spec_of: Any, setup_of: Any, folder: Path) -> Bench:
    conditions = [{"name": "no_fault"}, {"name": "tool_timeouts", "faults": ["tool_timeouts"]}]
    return Bench(setup_of(spec_of("good", conditions=conditions), folder))


@pytest.fixture(scope="module")
def plan(bench: Bench) -> EpisodePlan:
    return episodes(bench.setup.spec, ["refund_in_policy"])[0]


@pytest.fixture(scope="module")
def episode(bench: Bench, plan: EpisodePlan) -> EpisodeResult:
    return bench.run(plan)


def test_an_episode_is_its_conversation_and_two_digests(
    episode: EpisodeResult, plan: EpisodePlan
) -> None:
    (unit,) = episode.conversations
    assert (episode.id, episode.cell, episode.seed) == (plan.id, plan.cell, plan.seed)
    assert (episode.verdict, episode.outcome) == ("pass", "success")
    assert (episode.steps, episode.cost_usd) == (unit.steps, unit.cost_usd)
    assert len(episode.trace_digest) == len(episode.schedule_digest) == 32
    assert episode.replay.endswith(plan.id)
    assert episode.trace_complete


def test_the_trace_is_a_file_of_events_from_start_to_end(
    episode: EpisodeResult, folder: Path
) -> None:
    lines = (folder / "traces" / f"{episode.id}.jsonl").read_text().splitlines()
    told = [json.loads(line) for line in lines]
    assert [e["i"] for e in told] == list(range(len(told)))
    assert told[0]["type"] == "episode_start"
    assert told[-1]["type"] == "episode_end"


def test_the_store_is_as_new_for_every_episode(
    bench: Bench, plan: EpisodePlan, episode: EpisodeResult
) -> None:
    before = bench.store.digest()
    again = bench.run(plan)
    assert bench.store.digest() == before
    assert (again.trace_digest, again.conversations) == (
        episode.trace_digest, episode.conversations,
    )  # fmt: skip


def test_a_condition_brings_its_faults(bench: Bench, episode: EpisodeResult) -> None:
    plans = episodes(bench.setup.spec, ["refund_in_policy"])
    faulty = bench.run(next(p for p in plans if p.condition == "tool_timeouts"))
    (unit,) = faulty.conversations
    assert unit.faults_fired
    assert not episode.conversations[0].faults_fired


def test_without_a_folder_the_trace_stays_in_memory(
    spec_of: Any, setup_of: Any, episode: EpisodeResult, plan: EpisodePlan
) -> None:
    spec = spec_of("good")
    assert Bench(setup_of(spec)).run(plan).trace_digest == episode.trace_digest


def test_a_folder_that_is_gone_is_told(
    spec_of: Any, setup_of: Any, plan: EpisodePlan, tmp_path: Path
) -> None:
    setup = setup_of(spec_of("good"), tmp_path)
    (tmp_path / "traces").rmdir()
    with pytest.raises(UsageError, match=r"cannot write .*good-no_fault-0001.jsonl: No such file"):
        Bench(setup).run(plan)


def test_a_task_that_does_not_exist_is_bad_input_also_at_run_time(
    bench: Bench, plan: EpisodePlan
) -> None:
    gone = EpisodePlan(**{**plan.__dict__, "task": "refund_in_polcy"})
    with pytest.raises(UsageError, match=r"has no task 'refund_in_polcy' \(did you mean"):
        bench.run(gone)


def test_an_agent_is_loaded_before_the_world(spec_of: Any, setup_of: Any) -> None:
    spec = spec_of("unheard_of", world="nowhere")
    with pytest.raises(UsageError, match="unheard_of"):
        Bench(setup_of(spec))


def test_a_conversation_that_cannot_be_graded_is_invalid(
    bench: Bench, plan: EpisodePlan, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*args: Any, **options: Any) -> Any:
        raise ZeroDivisionError("scales")

    monkeypatch.setattr("sandbox.experiments.bench.grade", broken)
    episode = bench.run(plan)
    assert episode.verdict == "invalid"
    assert episode.detail.startswith("The simulator failed: ZeroDivisionError: scales")
    assert episode.conversations[0].steps > 0


def test_the_worst_conversation_makes_the_episodes_verdict(
    spec_of: Any, setup_of: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    spec = spec_of("good", traffic={"duration_h": 6, "arrivals_per_day": 60})
    bench = Bench(setup_of(spec))
    real = Bench.graded

    def graded(
        self: Bench, stage: Stage, session: Session, record: ConversationRecord,
        plan: EpisodePlan, number: int,
    ) -> Any:  # fmt: skip
        return real(self, stage, session, crash(record), plan, number)

    def crash(record: ConversationRecord) -> ConversationRecord:
        late = record.id == "c00002"
        return ConversationRecord(**{**record.__dict__, "crash": "Oops" if late else ""})

    monkeypatch.setattr(Bench, "graded", graded)
    episode = bench.run(episodes(spec, [""])[0])
    assert len(episode.conversations) > 2
    assert (episode.outcome, episode.detail) == ("crashed", "good crashed: Oops.")
