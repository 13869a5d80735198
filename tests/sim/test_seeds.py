import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.sim.seeds import Seeds, digest64

KEYS = st.lists(st.one_of(st.text(max_size=8), st.integers()), max_size=4)


def test_a_stream_is_the_same_object_so_that_draws_go_on() -> None:
    seeds = Seeds(1)
    first = seeds.stream("arrivals").random()
    second = seeds.stream("arrivals").random()
    fresh = Seeds(1).stream("arrivals")
    assert [first, second] == [fresh.random(), fresh.random()]
    assert first != second


def test_one_more_draw_from_one_stream_moves_nothing_in_another() -> None:
    quiet, busy = Seeds(1), Seeds(1)
    for _ in range(10):
        busy.stream("persona/p1").random()
    assert quiet.stream("arrivals").random() == busy.stream("arrivals").random()


def test_a_keyed_number_does_not_depend_on_draws_before_it() -> None:
    seeds = Seeds(3)
    before = seeds.uniform("fault", "stripe.refund", 2)
    seeds.stream("fault").random()
    seeds.uniform("fault", "stripe.refund", 1)
    assert seeds.uniform("fault", "stripe.refund", 2) == before


def test_children_differ_from_each_other_and_from_their_parent() -> None:
    parent = Seeds(1)
    numbers = [seeds.integer("x") for seeds in (parent, parent.child(1), parent.child(2))]
    assert len(set(numbers)) == 3
    assert parent.child("a").child("b").integer("x") == parent.child("a", "b").integer("x")


@given(st.integers(), KEYS)
def test_uniform_numbers_lie_between_0_and_1(seed: int, key: list[str | int]) -> None:
    assert 0.0 <= Seeds(seed).uniform(*key) < 1.0


def test_uniform_numbers_fill_the_whole_stretch() -> None:
    drawn = sorted(Seeds(1).uniform(n) for n in range(1000))
    assert max(abs(x - n / 1000) for n, x in enumerate(drawn)) < 0.06  # Kolmogorov-Smirnov, 0.1 %


@given(st.integers(min_value=1, max_value=64), KEYS)
def test_a_token_has_the_length_asked_for_and_plain_letters(
    length: int, key: list[str | int]
) -> None:
    token = Seeds(1).token(length, *key)
    assert len(token) == length
    assert set(token) <= set("abcdefghijklmnopqrstuvwxyz234567")


def test_numpy_generators_follow_the_name() -> None:
    pytest.importorskip("numpy")
    assert Seeds(1).numpy("a").integers(1 << 60) == Seeds(1).numpy("a").integers(1 << 60)
    assert Seeds(1).numpy("a").integers(1 << 60) != Seeds(1).numpy("b").integers(1 << 60)


def test_a_key_means_the_same_in_every_process() -> None:
    code = "from sandbox.sim.seeds import Seeds; print(Seeds(5, 'x').integer('a', 1))"
    root = Path(__file__).resolve().parents[2]
    outputs = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={"PYTHONHASHSEED": hashseed, "PYTHONPATH": str(root)},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for hashseed in ("0", "1")
    }
    assert outputs == {f"{Seeds(5, 'x').integer('a', 1)}\n"}


def test_the_boundary_between_key_parts_counts() -> None:
    assert digest64("ab", "c") != digest64("a", "bc")
