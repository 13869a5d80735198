import math
from collections.abc import Callable

import pytest

from sandbox.personas.delay import LONG_PAUSE_S_MAX, long_pause_s, reply_delay_s
from sandbox.personas.persona import Persona, ReplyDelay
from sandbox.sim.seeds import Seeds

DELAY = ReplyDelay(median_s=30, p95_s=120)


def test_the_named_quantiles_are_met() -> None:
    assert reply_delay_s(DELAY, 0.5) == pytest.approx(30)
    assert reply_delay_s(DELAY, 0.95) == pytest.approx(120)


def test_the_extremes_are_finite() -> None:
    assert 0 < reply_delay_s(DELAY, 0.0) < 30 < reply_delay_s(DELAY, 1 - 2**-53) < math.inf


def test_a_persona_without_spread_always_takes_the_same_time() -> None:
    assert reply_delay_s(ReplyDelay(median_s=9, p95_s=9), 0.99) == pytest.approx(9)


def test_the_mean_is_that_of_the_lognormal() -> None:
    seeds, n = Seeds(11), 4000
    logs = [math.log(reply_delay_s(DELAY, seeds.uniform("d", i))) for i in range(n)]

    sigma = math.log(4) / 1.6448536
    assert abs((sum(logs) / n - math.log(30)) / (sigma / math.sqrt(n))) < 3.5


def test_the_patient_leave_others_in_peace_for_longer(plain: Callable[..., Persona]) -> None:
    assert long_pause_s(plain(patience_min=10), 0.5) == pytest.approx(240)
    assert long_pause_s(plain(patience_min=600), 0.5) == pytest.approx(LONG_PAUSE_S_MAX)
