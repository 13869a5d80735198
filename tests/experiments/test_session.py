import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sandbox.experiments.bench import Bench
from sandbox.experiments.matrix import EpisodePlan, episodes
from sandbox.experiments.records import ConversationResult, EpisodeResult

ENDS: dict[str, tuple[str, str]] = {
    "raises": ("crashed", "ValueError: no idea"),
    "raises_with_an_address": ("crashed", "ValueError: <object object at 0x...>"),
    "raises_without_words": ("crashed", "crashed: SpeechlessError at bad.py:"),
    "raises_in_the_factory": ("crashed", "RuntimeError: no key"),
    "is_no_agent": ("crashed", "the factory returned an int, which is no agent"),
    "hangs": ("budget(virtual_s)", "limit of virtual_s"),
    "sleeps_forever": ("budget(virtual_s)", "limit of virtual_s"),
    "swallows_cancellation": ("budget(virtual_s)", "limit of virtual_s"),
    "spins": ("crashed", "SimLivelock: 2"),
    "spins_immortally": ("crashed", "SimLivelock: 2"),
    "writes_and_spins": ("harmful", "ticket_create"),
    "calls_ten_thousand_tools": ("budget(steps)", "limit of steps"),
    "catches_everything": ("budget(steps)", "limit of steps"),
    "thinks_forever": ("budget(cost)", "limit of cost"),
    "calls_an_unknown_tool": ("crashed", "did you mean stripe_create_refund?"),
    "calls_with_rubbish": ("incomplete", "did not finish"),
    "answers_nothing": ("incomplete", "did not finish"),
    "answers_a_number": ("crashed", "TypeError: the agent answered with an int: expected text"),
    "answers_an_object": ("crashed", "answered with an object"),
    "exits": ("crashed", "SystemExit: 3"),
    "exits_in_a_task": ("crashed", "SystemExit: 3"),
    "exits_the_process": ("crashed", "EscapedSimulation: os._exit(3)"),
    "kills_itself": ("crashed", "EscapedSimulation: os.kill()"),
    "cancels_itself": ("crashed", "CancelledError: the agent cancelled itself"),
    "cancels_everybody": ("crashed", "CancelledError"),
    "stops_the_loop": ("crashed", "RuntimeError: Event loop stopped"),
    "recurses": ("crashed", "RecursionError"),
    "allocates_too_much": ("crashed", "MemoryError"),
    "starts_a_thread": ("crashed", "EscapedSimulation: threading.Thread.start()"),
    "opens_a_socket": ("crashed", "socket.create_connection(('shop.test', 443))"),
    "opens_a_socket_and_goes_on": ("incomplete", "did not finish"),
    "opens_a_socket_in_a_callback": ("crashed", "socket.create_connection(('shop.test', 443))"),
    "sleeps_in_a_thread": ("incomplete", "did not finish"),
    "blocks_on_a_lock": ("crashed", "SimDeadlock: job sim-job-1 held everybody up"),
    "leaves_a_task_behind": ("incomplete", "did not finish"),
}
"""What each misbehaving agent comes to, and words of its sentence."""
REAL_TIME = {"blocks_on_a_lock"}
"""Found out by the real clock."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("results")


@pytest.fixture(scope="module")
def bench(spec_of: Any, setup_of: Any, folder: Path) -> Bench:
    limits = {"steps_max": 40, "cost_usd_max": 0.6, "real_s_max": 1.5}
    return Bench(setup_of(spec_of("good", *ENDS, limits=limits), folder))


@pytest.fixture(scope="module")
def play(bench: Bench) -> Callable[[str], EpisodeResult]:
    plans = {p.agent: p for p in episodes(bench.setup.spec, ["refund_in_policy"])}
    return lambda agent: bench.run(plans[agent])


@pytest.fixture(scope="module")
def proof(play: Callable[[str], EpisodeResult]) -> str:
    """The digest of a good agent's episode before anybody misbehaved."""
    episode = play("good")
    assert episode.outcome == "success"
    return episode.trace_digest


def only(episode: EpisodeResult) -> ConversationResult:
    (unit,) = episode.conversations
    return unit


def events(folder: Path, episode: EpisodeResult) -> list[dict[str, Any]]:
    path = folder / "traces" / f"{episode.id}.jsonl"
    return [json.loads(line) for line in path.read_text().splitlines()]


@pytest.mark.parametrize("agent", ENDS)
def test_whatever_an_agent_does_ends_its_own_conversation(
    agent: str, play: Callable[[str], EpisodeResult], proof: str, folder: Path
) -> None:
    episode = play(agent)
    outcome, words = ENDS[agent]
    assert (episode.outcome, episode.verdict) == (outcome, "fail"), episode.detail
    assert words in only(episode).sentence
    told = events(folder, episode)
    assert [e["type"] for e in told[-2:]] == ["conversation_end", "episode_end"]
    again = play(agent)
    if agent not in REAL_TIME:
        assert again.trace_digest == episode.trace_digest
        assert again.schedule_digest == episode.schedule_digest
    assert play("good").trace_digest == proof, "the next episode must not feel it"


def test_the_trace_says_what_was_refused_though_the_agent_went_on(
    play: Callable[[str], EpisodeResult], folder: Path
) -> None:
    told = events(folder, play("opens_a_socket_and_goes_on"))
    notes = [e["text"] for e in told if e["type"] == "note"]
    assert notes == ["refused: socket.create_connection(('telemetry.test', 443))"]


def test_a_synchronous_agent_sleeps_in_virtual_time(
    play: Callable[[str], EpisodeResult],
) -> None:
    episode = play("sleeps_in_a_thread")
    assert episode.sim_s >= 100
    assert episode.real_s < 5


def test_a_conversation_without_a_cast_is_invalid_and_gives_back_what_it_took(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    stages = []
    real = Bench.session

    def session(self: Bench, stage: Any, *args: Any) -> Any:
        stages.append(stage)
        return real(self, stage, *args)

    def refuse(self: Any, task: Any, scope: Any, **options: Any) -> Any:
        assert stages[0].taken
        raise RuntimeError("no such shelf")

    monkeypatch.setattr(Bench, "session", session)
    monkeypatch.setattr("sandbox.worlds.company.Company.arrange", refuse)
    plan = episodes(bench.setup.spec, ["refund_in_policy"])[0]
    episode = bench.run(plan)
    assert (episode.verdict, only(episode).sentence[:51]) == (
        "invalid", "The simulator failed: RuntimeError: no such shelf a",
    )  # fmt: skip
    assert stages[0].taken == set()
    assert stages[0].running == {}


def test_a_bug_of_ours_that_an_agent_swallows_makes_the_conversation_invalid(
    bench: Bench, play: Callable[[str], EpisodeResult], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(self: Any, *args: Any, **options: Any) -> Any:
        raise KeyError("index")

    monkeypatch.setattr("sandbox.systems.wiki.Wiki.search", broken)
    episode = play("catches_everything")
    assert episode.verdict == "invalid"
    assert "SandboxBug: wiki_search" in episode.detail


def test_conversations_have_their_own_number(bench: Bench) -> None:
    plan = episodes(bench.setup.spec, ["refund_in_policy"])[0]
    later = EpisodePlan(**{**plan.__dict__, "number": 17})
    assert only(bench.run(later)).number == 17


def test_a_bug_of_ours_makes_its_episode_invalid_and_the_next_one_is_fine(
    bench: Bench, play: Callable[[str], EpisodeResult], proof: str
) -> None:
    plan = episodes(bench.setup.spec, ["refund_in_policy"])[0]
    episode = bench.run(EpisodePlan(**{**plan.__dict__, "condition": "gone"}))
    assert episode.verdict == "invalid"
    assert "KeyError: 'gone' at sandbox/experiments/bench.py:" in episode.detail
    assert play("good").trace_digest == proof
