"""Intervals: against closed forms and published values, the same in every process."""

from __future__ import annotations

import math
import tracemalloc

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.experiments import statistics
from sandbox.experiments.statistics import (
    UNDEFINED,
    Estimate,
    mean,
    paired_difference,
    quantile,
    ratio,
    wilson,
)


@pytest.mark.parametrize(
    ("successes", "n", "low", "high"),
    [
        # scipy.stats.binomtest(k, n).proportion_ci(method="wilson")
        (0, 10, 0.0, 0.2775327998628892),
        (1, 10, 0.01787621264226, 0.40415002679523837),
        (5, 10, 0.236593090512564, 0.7634069094874361),
        (10, 10, 0.7224672001371106, 1.0),
        (50, 100, 0.4038315303659956, 0.5961684696340044),
    ],
)
def test_wilson_agrees_with_the_known_values(
    successes: int, n: int, low: float, high: float
) -> None:
    found = wilson(successes, n)
    assert found.value == successes / n
    assert found.low == pytest.approx(low, abs=1e-6)
    assert found.high == pytest.approx(high, abs=1e-6)


@pytest.mark.parametrize(
    ("successes", "n", "low", "high"),
    # Newcombe (1998), Statistics in Medicine 17, table I, method 3: four digits.
    [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_wilson_agrees_with_the_published_examples(
    successes: int, n: int, low: float, high: float
) -> None:
    found = wilson(successes, n)
    assert found.low == pytest.approx(low, abs=5e-5)
    assert found.high == pytest.approx(high, abs=5e-5)


def test_wilson_of_nothing_is_undefined() -> None:
    assert wilson(0, 0) == UNDEFINED == Estimate(None, None, None, 0)


@given(n=st.integers(1, 500), data=st.data())
def test_wilson_holds_its_value_stays_in_bounds_and_is_symmetric(
    n: int, data: st.DataObject
) -> None:
    k = data.draw(st.integers(0, n))
    found, mirrored = wilson(k, n), wilson(n - k, n)
    assert found.low is not None
    assert found.high is not None
    assert mirrored.high is not None
    assert 0 <= found.low <= k / n <= found.high <= 1
    assert found.low == pytest.approx(1 - mirrored.high)


def test_a_mean_has_an_interval_from_two_values_on() -> None:
    assert mean([]) == UNDEFINED
    assert mean([3.0]) == Estimate(3.0, None, None, 1)
    assert mean([3.0, 3.0]) == Estimate(3.0, 3.0, 3.0, 2)


def test_the_bootstrap_agrees_with_the_normal_interval_of_many_values() -> None:
    values = [float(n % 10) for n in range(400)]
    found = mean(values)
    half = 1.96 * math.sqrt(8.25 / 400)
    assert found.value == 4.5
    assert found.low == pytest.approx(4.5 - half, abs=0.03)
    assert found.high == pytest.approx(4.5 + half, abs=0.03)


def test_a_bootstrap_is_the_same_each_time_and_moves_no_other() -> None:
    values = [0.0, 1.0, 5.0, 2.0, 7.0]
    first = mean(values)
    mean([1.0, 2.0, 3.0])
    assert mean(values) == first
    assert first.to_dict() == {"value": 3.0, "low": 0.8, "high": 5.4, "n": 5}


def test_a_ratio_is_of_sums_and_its_interval_over_whole_conversations() -> None:
    found = ratio([1, 0, 0, 2], [2, 2, 0, 4])
    assert (found.value, found.n) == (3 / 8, 4)
    assert found.low is not None
    assert found.high is not None
    assert 0 <= found.low < 3 / 8 < found.high <= 1
    assert ratio([1.0, 1.0], [0.0, 0.0]) == Estimate(None, None, None, 2)


def test_a_share_of_nothing_counted_claims_no_certainty() -> None:
    bound = wilson(0, 20)
    assert ratio([0.0] * 20, [3.0] * 20, share=True) == Estimate(0.0, bound.low, bound.high, 20)
    assert ratio([0.0] * 20, [3.0] * 20).high == 0.0
    full = wilson(20, 20)
    assert ratio([3.0] * 20, [3.0] * 20, share=True) == Estimate(1.0, full.low, 1.0, 20)


def test_resampling_a_day_of_traffic_takes_little_memory_and_changes_no_figure() -> None:
    values = [float(n % 7) for n in range(3000)]
    tracemalloc.start()
    found = mean(values)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 60e6
    assert found.value == pytest.approx(2.998, abs=0.01)


@pytest.mark.parametrize("n", [2, 700, 3000])
def test_there_are_two_thousand_resamples_of_however_many_values(n: int) -> None:
    assert statistics._resampled(np.ones((n, 2))).shape == (2000, 2)


@pytest.mark.parametrize(
    ("q", "n_min"),
    # 1 - q^n >= 0.975 for the upper rank to lie within the sample.
    [(0.95, 72), (0.99, 368), (0.5, 6)],
)
def test_a_quantile_has_an_interval_only_where_n_allows_one(q: float, n_min: int) -> None:
    assert math.ceil(math.log(0.025) / math.log(q)) == n_min
    few, enough = quantile(range(n_min - 1), q), quantile(range(n_min), q)
    assert (few.low, few.high) == (None, None)
    assert few.value is not None
    assert enough.high == n_min - 1
    assert enough.low is not None
    assert enough.value is not None
    assert enough.low <= enough.value <= enough.high


def test_the_ranks_around_a_median_are_those_of_the_tables() -> None:
    """For n = 20 the 95 % interval of a median runs from the 6th to the 15th value."""
    found = quantile([float(n) for n in range(1, 21)], 0.5)
    assert (found.value, found.low, found.high) == (10.5, 6.0, 15.0)


def test_two_pairs_are_enough_for_an_interval() -> None:
    found = paired_difference(one_each(1.0, 3.0), one_each(0.0, 0.0))
    assert found.value == 2.0
    assert (found.low, found.high) == (1.0, 3.0)


def test_a_quantile_does_not_mind_the_order() -> None:
    values = [float((37 * n) % 101) for n in range(101)]
    assert quantile(values, 0.95) == quantile(sorted(values), 0.95)
    assert quantile(values, 0.95).value == 95.0
    assert quantile([], 0.5) == UNDEFINED


def one_each(*values: float) -> list[tuple[float, float]]:
    return [(value, 1.0) for value in values]


def test_a_paired_difference_is_narrow_where_pairs_agree() -> None:
    spread = [float(n) for n in range(40)]
    paired = paired_difference(one_each(*(v + 1 for v in spread)), one_each(*spread))
    assert paired == Estimate(1.0, 1.0, 1.0, 40)


def test_a_paired_difference_of_ratios_is_of_their_sums() -> None:
    found = paired_difference([(1.0, 2.0), (0.0, 2.0)], [(0.0, 4.0), (2.0, 4.0)])
    assert found.value == 1 / 4 - 2 / 8
    assert paired_difference([(1.0, 0.0)], [(1.0, 1.0)]) == Estimate(None, None, None, 1)
    assert paired_difference([], []) == UNDEFINED


def test_pairs_that_all_agree_claim_no_certainty_for_a_share() -> None:
    bound = wilson(0, 30).high
    assert bound is not None
    found = paired_difference(one_each(*[1.0] * 30), one_each(*[1.0] * 30), share=True)
    assert found == Estimate(0.0, -bound, bound, 30)


def test_what_is_not_finite_is_null_in_json() -> None:
    assert Estimate(float("nan"), None, 1 / 3, 2).to_dict() == {
        "value": None, "low": None, "high": 0.333333333, "n": 2,
    }  # fmt: skip
