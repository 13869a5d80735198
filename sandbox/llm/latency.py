"""How long a model takes to answer: time to the first token, then tokens at a rate."""

from __future__ import annotations

from dataclasses import dataclass, field

from sandbox.errors import UsageError
from sandbox.systems.operation import Latency


@dataclass(frozen=True)
class LatencyProfile:
    """A model's speed: lognormal time to first token (median and 95th percentile), then a rate."""

    ttft_s: float
    ttft_s_p95: float
    tokens_per_s: float
    _first_token: Latency = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if self.tokens_per_s <= 0:
            raise UsageError(f"tokens_per_s={self.tokens_per_s}: must be positive")
        object.__setattr__(self, "_first_token", Latency(self.ttft_s, self.ttft_s_p95))

    def seconds(self, output_tokens: int, chance: float) -> float:
        """Seconds until the last of *output_tokens*; *chance* in [0, 1) is the quantile drawn."""
        return self._first_token.draw_s(chance) + output_tokens / self.tokens_per_s
