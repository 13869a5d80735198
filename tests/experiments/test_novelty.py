"""Novelty: new results, new ids, new states; the same again in other words is none."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.experiments.novelty import Novelty, jaccard, words_of
from sandbox.experiments.steps import Step


def read(result: Any, error: str = "", **args: Any) -> Step:
    return Step(1, "c", "search", "a", args, 1, 0.0, result=result, error=error)


def write(state: str, **args: Any) -> Step:
    return Step(1, "c", "refund", "a", args, 1, 0.0, write=True, state=state)


@pytest.mark.parametrize(
    ("first", "second", "new"),
    [
        (read("a", q="x"), read("a", q="x"), False),
        (read("a", q="x"), read("b", q="x"), True),
        (read("a", q="x"), read("a", q="y"), False),
        (read("a", id="o_1"), read("a", id="o_2"), True),
        (read("a", page=1), read("a", page=2), True),
        (read("a", email="ada@x"), read("a", email="bob@x"), True),
        (read("a", q="an order of ada king no 1"), read("a", q="an order of ada king no 2"), False),
        (read("a", q="order of ada 1"), read("a", q="what did 77 buy there"), True),
        (read("a", request_id="r1"), read("a", request_id="r2"), False),
        (read(None, "not_found", id="o_1"), read(None, "not_found", id="o_1"), False),
        (read(None, "not_found", id="o_1"), read(None, "timeout", id="o_1"), True),
        (read(None, "not_found", id="o_1"), read(None, "not_found", id="o_2"), True),
        (write("s1", charge="ch_1"), write("s2", charge="ch_1"), False),
        (write("s1", charge="ch_1"), write("s2", charge="ch_2"), True),
        (write("s1", charge="ch_1"), write("s1", charge="ch_2"), False),
    ],
)  # fmt: skip
def test_the_second_step_is_new_or_not(first: Step, second: Step, new: bool) -> None:
    seen = Novelty()
    assert seen.novel(first)
    assert seen.novel(second) is new


def test_a_question_like_any_recent_one_is_not_new() -> None:
    seen = Novelty()
    assert seen.novel(read("a", q="an order of ada king no 1"))
    assert seen.novel(read("a", q="what did 77 buy there"))
    assert not seen.novel(read("a", q="an order of ada king no 2"))


def test_a_write_that_changed_nothing_is_not_new() -> None:
    assert not Novelty().novel(write("", charge="ch_1"))


def test_words_and_their_likeness() -> None:
    assert words_of({"a": "Red shoes", "b": ["RED", 10]}) == {"red", "shoes", "10"}
    assert jaccard(frozenset("abc"), frozenset("bcd")) == 0.5
    assert jaccard(frozenset(), frozenset()) == 1.0
