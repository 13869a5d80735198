"""How long people take: to answer, and before they ask "is it done?"."""

from __future__ import annotations

from sandbox.personas.persona import Persona, ReplyDelay
from sandbox.systems.operation import Latency

LONG_PAUSE_SHARE = 0.4
"""Part of their patience that people let pass before they ask again."""
LONG_PAUSE_S_MAX = 900.0


def reply_delay_s(delay: ReplyDelay, draw: float) -> float:
    """The lognormal delay at *draw* in [0, 1): the median at 0.5, the 95th percentile at 0.95."""
    return Latency(delay.median_s, delay.p95_s).draw_s(draw)


def long_pause_s(persona: Persona, draw: float) -> float:
    """How long *persona* leaves others in peace who have asked for time."""
    return min(LONG_PAUSE_SHARE * persona.patience_min * 60, LONG_PAUSE_S_MAX) * (0.75 + draw / 2)
