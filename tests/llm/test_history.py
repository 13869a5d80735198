from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sandbox.llm.history import History
from sandbox.llm.messages import Message


def talk(*texts: str) -> list[Message]:
    return [Message("user", text) for text in texts]


def test_the_first_context_is_new_as_a_whole() -> None:
    history = History()
    assert history.advance(talk("a", "b")) == 0
    assert history.continued


def test_only_what_was_added_is_new() -> None:
    history = History()
    history.advance(talk("a", "b"))
    assert history.advance(talk("a", "b", "c", "d")) == 2
    assert history.continued


def test_the_same_context_again_has_nothing_new() -> None:
    history = History()
    history.advance(talk("a", "b"))
    assert history.advance(talk("a", "b")) == 2


def test_a_sliding_window_is_new_after_the_latest_known_message() -> None:
    history = History()
    history.advance(talk("system", "a", "b", "c"))
    assert history.advance(talk("system", "c", "d", "e")) == 2
    assert not history.continued


def test_a_rewritten_beginning_is_noticed() -> None:
    history = History()
    history.advance(talk("system", "a"))
    assert history.advance(talk("summary", "a", "b")) == 2
    assert not history.continued


def test_a_context_of_strangers_is_new_as_a_whole() -> None:
    history = History()
    history.advance(talk("a", "b"))
    assert history.advance(talk("x")) == 0
    assert not history.continued


@given(st.lists(st.lists(st.sampled_from("abc"), max_size=4), max_size=8))
def test_the_new_parts_of_a_growing_context_add_up_to_all_of_it(parts: list[list[str]]) -> None:
    history, context, seen = History(), talk(), talk()
    for part in parts:
        context = [*context, *talk(*part)]
        seen += context[history.advance(context) :]
    assert seen == context
