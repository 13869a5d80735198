import math
from collections import Counter
from itertools import pairwise
from random import Random

import pytest
from pydantic import ValidationError

from sandbox.errors import UsageError
from sandbox.personas.arrivals import (
    DAY_S,
    HOUR_S,
    PROFILES,
    ArrivalProfile,
    arrival_times,
    arrivals,
    load_profile,
)
from sandbox.sim.clock import EPOCH_S
from sandbox.sim.kernel import Kernel
from sandbox.sim.seeds import Seeds

MONDAY_S = EPOCH_S - 8 * HOUR_S  # midnight before the epoch, a Monday at 08:00
Z_MAX = 3.5


def drawn(profile: ArrivalProfile, seed: int, days: float, epoch: float = MONDAY_S) -> list[float]:
    rng = Seeds(seed).stream("arrivals")
    return list(arrival_times(profile, rng, epoch=epoch, duration_s=days * DAY_S))


def test_a_week_has_as_many_arrivals_as_the_profile_says() -> None:
    counts = [len(drawn(load_profile("support", per_day=400), seed, 7)) for seed in range(20)]

    expected = 20 * 7 * 400
    assert abs((sum(counts) - expected) / math.sqrt(expected)) < Z_MAX


def test_every_hour_of_the_week_gets_its_share() -> None:
    profile = load_profile("support", per_day=2000)
    weeks = 8
    seen = Counter(int(t // HOUR_S) % 168 for t in drawn(profile, 101, 7 * weeks))
    rates = profile.hour_rates_per_s()

    scores = []
    for hour in range(168):
        expected = rates[hour // 24][hour % 24] * HOUR_S * weeks
        scores.append((seen[hour] - expected) / math.sqrt(expected))

    # 168 z-scores of a standard normal: mean 0 with sd .077, mean square 1 with sd .109.
    assert max(map(abs, scores)) < 4.2
    assert abs(sum(scores) / 168) / 0.077 < Z_MAX
    assert abs(sum(z * z for z in scores) / 168 - 1) / 0.109 < Z_MAX


def test_gaps_of_a_flat_profile_are_exponential() -> None:
    times = drawn(ArrivalProfile(per_day=5000), 3, 4)
    gaps = [b - a for a, b in pairwise(times)]
    n, mean = len(gaps), DAY_S / 5000

    assert abs((sum(gaps) / n - mean) / (mean / math.sqrt(n))) < Z_MAX
    longer = sum(gap > mean for gap in gaps)
    p = math.exp(-1)
    assert abs((longer - n * p) / math.sqrt(n * p * (1 - p))) < Z_MAX


def test_a_queue_without_limit_is_as_full_as_theory_says() -> None:
    # Mt/M/infinity: the number present is Poisson with m' = rate(t) - m / stay, whatever the rate.
    profile, stay_s, seeds = load_profile("support", per_day=1000), 2 * HOUR_S, range(40)
    at_s = (9.5 * HOUR_S, 12.25 * HOUR_S, 23.0 * HOUR_S)
    rates = profile.hour_rates_per_s()[0]
    present = dict.fromkeys(at_s, 0)
    for seed in seeds:
        service = Random(seed)
        for t in drawn(profile, 500 + seed, 1):
            leaves = t + service.expovariate(1 / stay_s)
            for moment in at_s:
                present[moment] += t <= moment < leaves

    for moment in at_s:
        mean = 0.0
        for hour in range(24):
            length = min(HOUR_S, max(0.0, moment - hour * HOUR_S))
            kept = math.exp(-length / stay_s)
            mean = mean * kept + rates[hour] * stay_s * (1 - kept)
        expected = mean * len(seeds)
        assert abs((present[moment] - expected) / math.sqrt(expected)) < Z_MAX, moment


def test_weekday_and_hour_are_those_of_the_start() -> None:
    only = ArrivalProfile(
        per_day=100, hourly=(0.0,) * 9 + (1.0,) + (0.0,) * 14, weekday=(0, 1, 0, 0, 0, 0, 0)
    )

    times = drawn(only, 1, 14, epoch=EPOCH_S)

    # The epoch is Monday 08:00: Tuesday 09:00 to 10:00 is 25 to 26 hours later, and a week on.
    assert {int((t / HOUR_S) // 1) for t in times} == {25, 25 + 168}


def test_the_same_seed_brings_the_same_people() -> None:
    profile = load_profile("support", per_day=300)

    assert drawn(profile, 1, 1) == drawn(profile, 1, 1)
    assert drawn(profile, 1, 1) != drawn(profile, 2, 1)


def test_a_longer_day_begins_like_a_shorter_one() -> None:
    profile = load_profile("support", per_day=300)
    short = drawn(profile, 1, 0.5)

    assert drawn(profile, 1, 1)[: len(short)] == short


def test_users_arrive_in_virtual_time() -> None:
    kernel = Kernel(Seeds(5))
    profile = load_profile("support", per_day=500)

    async def main(kernel: Kernel) -> list[float]:
        await kernel.clock.sleep(100)
        seen = []
        async for t in arrivals(kernel.clock, kernel.seeds, profile, 6 * HOUR_S):
            assert t == kernel.clock.now
            seen.append(t)
        return seen

    seen = kernel.run(main)

    rng = Seeds(5).stream("arrivals")
    due = arrival_times(profile, rng, epoch=EPOCH_S + 100, duration_s=6 * HOUR_S)
    assert seen == pytest.approx([100 + t for t in due])
    assert len(seen) > 100


def test_an_unknown_profile_gets_a_suggestion() -> None:
    with pytest.raises(UsageError, match="did you mean 'support'"):
        load_profile("suport", per_day=1)
    with pytest.raises(UsageError, match="known: flat, support"):
        load_profile("zzz", per_day=1)


@pytest.mark.parametrize(
    "wrong",
    [{"hourly": (1.0,) * 23}, {"weekday": (0.0,) * 7}, {"per_day": 0}, {"weekday": (-1.0,) * 7}],
)
def test_a_profile_in_which_nobody_can_come_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        ArrivalProfile.model_validate(wrong)


def test_the_shipped_profiles_average_to_their_rate() -> None:
    for profile in PROFILES.values():
        week = sum(rate * HOUR_S for day in profile.hour_rates_per_s() for rate in day)
        assert week == pytest.approx(7 * profile.per_day)
