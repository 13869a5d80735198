"""How long people take: to answer, and before they ask "is it done?"."""

from __future__ import annotations

from functools import lru_cache
from math import exp, log
from statistics import NormalDist

from sandbox.personas.persona import Persona, ReplyDelay

LONG_PAUSE_SHARE = 0.4
"""Part of their patience that people let pass before they ask again."""
LONG_PAUSE_S_MAX = 900.0

_NORMAL = NormalDist()
_P95 = _NORMAL.inv_cdf(0.95)


def reply_delay_s(delay: ReplyDelay, draw: float) -> float:
    """The lognormal delay at *draw* in [0, 1): the median at 0.5, the 95th percentile at 0.95."""
    sigma = _sigma(delay.median_s, delay.p95_s)
    return delay.median_s * exp(sigma * _NORMAL.inv_cdf(min(max(draw, 1e-9), 1 - 1e-9)))


def long_pause_s(persona: Persona, draw: float) -> float:
    """How long *persona* leaves others in peace who have asked for time."""
    return min(LONG_PAUSE_SHARE * persona.patience_min * 60, LONG_PAUSE_S_MAX) * (0.75 + draw / 2)


@lru_cache(maxsize=64)
def _sigma(median_s: float, p95_s: float) -> float:
    return log(p95_s / median_s) / _P95
