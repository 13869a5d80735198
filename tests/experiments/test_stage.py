import signal
from contextvars import copy_context
from typing import Any

import pytest

from sandbox.errors import SimLivelock
from sandbox.experiments.stage import CONVERSATION, Stage, is_interrupt, one_line, with_place


class Talk:
    """A conversation that can be halted once."""

    def __init__(self) -> None:
        self.reasons: list[str] = []

    def halt(self, reason: str) -> bool:
        self.reasons.append(reason)
        return len(self.reasons) == 1


def stage(**running: Any) -> Any:
    made = Stage(*[None] * 11)  # type: ignore[arg-type]
    made.running.update(running)
    return made


def context_of(name: str) -> Any:
    context = copy_context()
    context.run(CONVERSATION.set, name)
    return context


def test_the_conversation_whose_code_ran_is_halted_and_no_other() -> None:
    a, b = Talk(), Talk()
    assert stage(a=a, b=b).on_error(SimLivelock("round and round"), context_of("b"))
    assert (a.reasons, b.reasons) == ([], ["SimLivelock: round and round"])


def test_halting_that_did_not_help_ends_the_run() -> None:
    talk = Talk()
    shared = stage(a=talk)
    assert shared.on_error(SimLivelock("once"), context_of("a"))
    assert not shared.on_error(SimLivelock("twice"), context_of("a"))


def test_a_single_conversation_is_to_blame_wherever_the_code_ran() -> None:
    talk = Talk()
    assert stage(a=talk).culprit(None) is talk
    assert stage(a=talk, b=Talk()).culprit(None) is None
    assert stage(a=talk, b=Talk()).culprit(context_of("gone")) is None


def test_ctrl_c_is_the_users_unless_it_cannot_arrive() -> None:
    assert is_interrupt(KeyboardInterrupt())
    assert not stage(a=Talk()).on_error(KeyboardInterrupt(), None)
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)  # as in a worker
    try:
        assert not is_interrupt(KeyboardInterrupt())
    finally:
        signal.signal(signal.SIGINT, before)
    assert not is_interrupt(SystemExit())


@pytest.mark.parametrize(
    ("error", "line"),
    [
        (ValueError("no"), "ValueError: no"),
        (ValueError(), "ValueError"),
        (ValueError("one\ntwo"), "ValueError: one"),
        (ValueError(f"at {object()!r}"), "ValueError: at <object object at 0x...>"),
        (ValueError("x" * 900), "ValueError: " + "x" * 200),
    ],
)
def test_an_error_reads_as_one_line_that_is_the_same_everywhere(
    error: Exception, line: str
) -> None:
    assert one_line(error) == line


def test_an_error_of_ours_names_the_innermost_line_of_our_code() -> None:
    assert with_place(KeyError("nobody")) == "KeyError: 'nobody'", "no line of ours was involved"
    with pytest.raises(AttributeError) as deeper:
        stage(a=object()).on_error(SystemExit(), None)
    assert " at sandbox/experiments/stage.py:" in with_place(deeper.value)
