"""Intervals: Wilson for rates, bootstrap for means and differences, order statistics for quantiles.

All at 95 %. Every interval is a pure function of its data and a fixed key: no draw moves another.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sandbox.sim.seeds import Seeds

Z95 = 1.959963984540054
"""The 0.975 quantile of the standard normal distribution."""
RESAMPLES = 2000
_SEEDS = Seeds(0, "statistics")
_CELLS_MAX = 1_000_000
"""Rows held at once while resampling: a day of traffic must not take a gigabyte."""


@dataclass(frozen=True)
class Estimate:
    """A figure with its 95 % interval, None where undefined, and how many units stand behind it."""

    value: float | None
    low: float | None
    high: float | None
    n: int

    def to_dict(self) -> dict[str, float | int | None]:
        """JSON form, rounded to nine digits so that files compare across machines."""
        return {
            "value": _round(self.value), "low": _round(self.low),
            "high": _round(self.high), "n": self.n,
        }  # fmt: skip


UNDEFINED = Estimate(None, None, None, 0)


def wilson(successes: int, n: int) -> Estimate:
    """A rate with its Wilson score interval.

    Wilson (1927), J. Am. Stat. Assoc. 22: centre (p + z²/2n) / (1 + z²/n); never leaves [0, 1], and
    says something useful at 0 and n successes.
    """
    assert 0 <= successes <= n, (successes, n)
    if n == 0:
        return UNDEFINED
    p, z2 = successes / n, Z95 * Z95
    centre = (p + z2 / (2 * n)) / (1 + z2 / n)
    half = Z95 / (1 + z2 / n) * math.sqrt(p * (1 - p) / n + z2 / (4 * n * n))
    low = 0.0 if successes == 0 else max(0.0, centre - half)
    high = 1.0 if successes == n else min(1.0, centre + half)
    return Estimate(p, low, high, n)


def mean(values: Sequence[float]) -> Estimate:
    """A mean with its percentile bootstrap interval (2,000 resamples); no interval below n = 2."""
    return ratio(values, [1.0] * len(values))


def ratio(
    numerators: Sequence[float], denominators: Sequence[float], *, share: bool = False
) -> Estimate:
    """sum(numerators) / sum(denominators) with a bootstrap interval over the units.

    The unit of resampling is the conversation, since writes of one conversation depend on each
    other. Undefined where the denominators sum to zero. With *share* the numerators count a part
    of the denominators: where nothing at all was counted, resampling would claim certainty, so the
    bound is the Wilson bound of 0 in n conversations (a conversation counting at most as one).
    """
    n = len(numerators)
    top, bottom = np.asarray(numerators, float), np.asarray(denominators, float)
    total = float(bottom.sum())
    if n == 0 or total == 0:
        return Estimate(None, None, None, n)
    value = float(top.sum()) / total
    if share and value in (0.0, 1.0):
        bound = wilson(0 if value == 0.0 else n, n)
        return Estimate(value, bound.low, bound.high, n)
    if n < 2:
        return Estimate(value, None, None, n)
    sums = _resampled(np.column_stack([top, bottom]))
    kept = sums[sums[:, 1] > 0]
    low, high = np.quantile(kept[:, 0] / kept[:, 1], [0.025, 0.975])
    return Estimate(value, float(low), float(high), n)


def quantile(values: Sequence[float], q: float) -> Estimate:
    """The *q*-quantile; an interval by order statistics only where n allows one.

    The interval runs between the order statistics whose ranks are the 2.5 % and 97.5 % points of a
    binomial(n, q); where the upper rank falls beyond the sample (p95: below n = 72) there is none.
    """
    n = len(values)
    if n == 0:
        return UNDEFINED
    ordered = sorted(values)
    value = float(np.quantile(np.asarray(ordered, float), q))
    low_rank, high_rank = _binomial_ranks(n, q)
    if low_rank < 1 or high_rank > n:
        return Estimate(value, None, None, n)
    return Estimate(value, float(ordered[low_rank - 1]), float(ordered[high_rank - 1]), n)


Parts = tuple[float, float]
"""Numerator and denominator of one conversation."""


def paired_difference(a: Sequence[Parts], b: Sequence[Parts], *, share: bool = False) -> Estimate:
    """The ratio over *a* minus the ratio over *b*, with a bootstrap interval over the pairs.

    a[i] and b[i] are of one task and seed and are resampled together. With *share*, where no pair
    differs at all the interval is that of 0 differing pairs in n, to both sides (Wilson's bound).
    """
    assert len(a) == len(b), (len(a), len(b))
    n = len(a)
    data = np.asarray([[*x, *y] for x, y in zip(a, b, strict=True)], float).reshape(n, 4)
    totals = data.sum(axis=0)
    if n == 0 or totals[1] == 0 or totals[3] == 0:
        return Estimate(None, None, None, n)
    value = float(totals[0] / totals[1] - totals[2] / totals[3])
    if share and all(x == y or x[0] == y[0] == 0 for x, y in zip(a, b, strict=True)):
        bound = wilson(0, n).high
        assert bound is not None
        return Estimate(value, -bound, bound, n)
    if n < 2:
        return Estimate(value, None, None, n)
    sums = _resampled(data)
    kept = sums[(sums[:, 1] > 0) & (sums[:, 3] > 0)]
    spread = kept[:, 0] / kept[:, 1] - kept[:, 2] / kept[:, 3]
    low, high = np.quantile(spread, [0.025, 0.975])
    return Estimate(value, float(low), float(high), n)


def _binomial_ranks(n: int, q: float) -> tuple[int, int]:
    """Ranks l < u (from 1) such that X(l) <= quantile < X(u) with at least 95 % probability."""
    cumulative, low, high = 0.0, 0, n + 1
    log_p, log_not = math.log(q), math.log1p(-q)
    for k in range(n + 1):
        log_choose = math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)
        cumulative += math.exp(log_choose + k * log_p + (n - k) * log_not)
        if cumulative <= 0.025:
            low = k + 1
        if cumulative >= 0.975:
            high = k + 1
            break
    return low, high


def _resampled(data: NDArray[np.float64]) -> NDArray[np.float64]:
    """The column sums of 2,000 resamples of the rows of *data*, drawn in blocks of bounded size."""
    n = len(data)
    rng = _SEEDS.numpy(f"bootstrap/{n}")
    block = max(1, _CELLS_MAX // n)
    sums = [
        data[rng.integers(0, n, size=(min(block, RESAMPLES - start), n))].sum(axis=1)
        for start in range(0, RESAMPLES, block)
    ]
    return np.concatenate(sums)


def _round(value: float | None) -> float | None:
    return None if value is None or not math.isfinite(value) else round(value, 9)
