"""How long a model takes to answer: time to the first token, then tokens at a rate."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from statistics import NormalDist

_NORMAL = NormalDist()
_Z95 = _NORMAL.inv_cdf(0.95)
_EDGE = 2.0**-53


@dataclass(frozen=True)
class LatencyProfile:
    """A model's speed: lognormal time to first token (median and 95th percentile), then a rate."""

    ttft_s: float
    ttft_s_p95: float
    tokens_per_s: float
    _sigma: float = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if not 0 < self.ttft_s <= self.ttft_s_p95:
            raise ValueError(
                f"ttft_s={self.ttft_s}, ttft_s_p95={self.ttft_s_p95}:"
                " must be positive, the median first"
            )
        if self.tokens_per_s <= 0:
            raise ValueError(f"tokens_per_s={self.tokens_per_s}: must be positive")
        object.__setattr__(self, "_sigma", math.log(self.ttft_s_p95 / self.ttft_s) / _Z95)

    def seconds(self, output_tokens: int, chance: float) -> float:
        """Seconds until the last of *output_tokens*; *chance* in [0, 1) is the quantile drawn."""
        # A draw of 64 bits can round to exactly 0 or 1, where the quantile is infinite.
        z = _NORMAL.inv_cdf(min(max(chance, _EDGE), 1.0 - _EDGE))
        return self.ttft_s * math.exp(self._sigma * z) + output_tokens / self.tokens_per_s
