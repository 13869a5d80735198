import io
from collections.abc import Callable

from rich.console import Console

from sandbox.cli.progress import RichProgress
from sandbox.experiments.records import EpisodeResult, Verdict
from sandbox.experiments.runner import Progress

SHOW_CURSOR = "\x1b[?25h"
HIDE_CURSOR = "\x1b[?25l"


def episode(verdict: Verdict = "pass") -> EpisodeResult:
    return EpisodeResult("e", "a/x", 1, verdict, "success", (), 1, 0.0, 1.0, "", "", "")


def in_a_log(
    now: Callable[[], float] = lambda: 0.0,
) -> tuple[RichProgress, io.StringIO]:
    out = io.StringIO()
    return RichProgress(Console(file=out, width=60), now=now), out


def on_a_terminal(width: int = 100) -> tuple[RichProgress, io.StringIO]:
    out = io.StringIO()
    console = Console(file=out, width=width, force_terminal=True, force_interactive=True)
    return RichProgress(console), out


def test_it_is_what_the_runner_asks_for() -> None:
    progress: Progress = in_a_log()[0]
    progress.stop()


def test_a_log_gets_one_line_for_each_tenth() -> None:
    progress, out = in_a_log()
    progress.start(400, 0)
    for number in range(400):
        progress.episode(episode("fail" if number % 4 == 0 else "pass"))
    progress.stop()
    lines = out.getvalue().splitlines()
    assert len(lines) == 11
    assert lines[0] == "400 episodes"
    assert lines[1].startswith("40/400 episodes, 10 failed")
    assert lines[-1] == "400/400 episodes, 100 failed"


def test_a_log_of_few_episodes_gets_a_line_each() -> None:
    progress, out = in_a_log()
    progress.start(3, 0)
    for _ in range(3):
        progress.episode(episode())
    assert [line.split()[0] for line in out.getvalue().splitlines()] == ["3", "1/3", "2/3", "3/3"]


def test_the_time_left_counts_only_what_this_run_did() -> None:
    seconds = iter([0.0, 30.0])
    progress, out = in_a_log(lambda: next(seconds))
    progress.start(10, 7)
    progress.episode(episode())
    assert out.getvalue().splitlines() == [
        "10 episodes, 7 of them done before",
        "8/10 episodes, 0 failed, about 60.0 s left",
    ]


def test_invalid_episodes_are_counted_apart() -> None:
    progress, out = in_a_log()
    progress.start(1, 0)
    progress.episode(episode("invalid"))
    assert out.getvalue().splitlines()[-1] == "1/1 episodes, 0 failed, 1 invalid"


def test_a_terminal_gets_a_bar_and_has_its_cursor_back_afterwards() -> None:
    progress, out = on_a_terminal()
    progress.start(4, 1)
    progress.episode(episode("fail"))
    progress.stop()
    text = out.getvalue()
    assert "2/4" in text
    assert "1 failed" in text
    assert text.rindex(SHOW_CURSOR) > text.rindex(HIDE_CURSOR)


def test_stopping_twice_or_before_the_start_does_no_harm() -> None:
    progress, out = on_a_terminal()
    progress.stop()
    progress.start(1, 0)
    progress.stop()
    written = out.getvalue()
    progress.stop()
    assert out.getvalue() == written


def test_an_experiment_without_episodes_is_no_division_by_zero() -> None:
    progress, out = in_a_log()
    progress.start(0, 0)
    progress.stop()
    assert out.getvalue() == "0 episodes\n"
