from __future__ import annotations

import math

import pytest

from sandbox.errors import UsageError
from sandbox.llm.latency import LatencyProfile

PROFILE = LatencyProfile(0.5, 2.0, 100.0)


def test_the_quantiles_are_those_of_the_profile() -> None:
    assert PROFILE.seconds(0, 0.5) == pytest.approx(0.5)
    assert PROFILE.seconds(0, 0.95) == pytest.approx(2.0)


def test_each_output_token_takes_its_time() -> None:
    assert PROFILE.seconds(250, 0.5) - PROFILE.seconds(0, 0.5) == pytest.approx(2.5)


@pytest.mark.parametrize("chance", [0.0, 1.0])
def test_the_edges_of_chance_are_finite(chance: float) -> None:
    assert 0 < PROFILE.seconds(1, chance) < math.inf


def test_a_profile_without_spread_is_constant() -> None:
    assert LatencyProfile(1.0, 1.0, 10.0).seconds(0, 0.99) == 1.0


@pytest.mark.parametrize("numbers", [(0.0, 1.0, 10.0), (2.0, 1.0, 10.0), (1.0, 2.0, 0.0)])
def test_impossible_numbers_are_refused(numbers: tuple[float, float, float]) -> None:
    with pytest.raises(UsageError, match=r"must have 0 < median_s <= p95_s|must be positive"):
        LatencyProfile(*numbers)
