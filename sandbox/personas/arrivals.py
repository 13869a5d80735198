"""When users arrive: a Poisson process whose rate follows the hour of the day and the weekday."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from random import Random
from typing import Annotated, Self

from pydantic import Field, model_validator

from sandbox.content.model import ContentModel
from sandbox.content.suggest import did_you_mean
from sandbox.errors import UsageError
from sandbox.sim.clock import Clock
from sandbox.sim.seeds import Seeds

HOUR_S = 3_600.0
DAY_S = 86_400.0

Weight = Annotated[float, Field(ge=0)]


class ArrivalProfile(ContentModel):
    """How many users arrive, and when; hours and weekdays are those of UTC."""

    per_day: Annotated[float, Field(gt=0)] = 300.0
    """Arrivals of an average day of the week."""
    hourly: Annotated[tuple[Weight, ...], Field(min_length=24, max_length=24)] = (1.0,) * 24
    """Weight of each hour from midnight on; only their ratios count."""
    weekday: Annotated[tuple[Weight, ...], Field(min_length=7, max_length=7)] = (1.0,) * 7
    """Weight of each weekday from Monday on; only their ratios count."""

    @model_validator(mode="after")
    def _somebody_comes(self) -> Self:
        for name, weights in (("hourly", self.hourly), ("weekday", self.weekday)):
            if not any(weights):
                raise ValueError(f"{name}: at least one weight must be greater than 0")
        return self

    def hour_rates_per_s(self) -> tuple[tuple[float, ...], ...]:
        """Arrivals per second for each weekday and hour."""
        mean = sum(self.hourly) / 24 * sum(self.weekday) / 7
        base = self.per_day / DAY_S / mean
        return tuple(tuple(base * day * hour for hour in self.hourly) for day in self.weekday)


# Contact centres see a steep morning, a dip at noon, a lower second peak in the evening, and the
# fullest inbox on Monday. The numbers are of our own making, for a shop with one time zone.
PROFILES: dict[str, ArrivalProfile] = {
    "flat": ArrivalProfile(),
    "support": ArrivalProfile(
        hourly=(
            0.25, 0.15, 0.10, 0.10, 0.12, 0.25, 0.55, 1.00, 1.60, 2.05, 2.20, 2.05,
            1.75, 1.80, 1.85, 1.80, 1.70, 1.55, 1.40, 1.35, 1.30, 1.10, 0.75, 0.45,
        ),
        weekday=(1.30, 1.15, 1.05, 1.00, 1.00, 0.80, 0.70),
    ),
}  # fmt: skip


def load_profile(name: str, *, per_day: float) -> ArrivalProfile:
    """The profile called *name* at *per_day* arrivals of an average day."""
    if name not in PROFILES:
        known = did_you_mean(name, PROFILES) or f"; known: {', '.join(sorted(PROFILES))}"
        raise UsageError(f"no arrival profile called {name!r}{known}")
    return PROFILES[name].model_copy(update={"per_day": per_day})


def arrival_times(
    profile: ArrivalProfile, rng: Random, *, epoch: float, duration_s: float
) -> Iterator[float]:
    """Seconds after *epoch* (unix time) of every arrival before *duration_s*.

    By thinning: candidates come at the highest rate and are kept in proportion to the rate of their
    hour, which is exact for any rate that never exceeds the highest.
    """
    rates = profile.hour_rates_per_s()
    peak = max(map(max, rates))
    # Unix time has no leap seconds: each day of UTC begins at a multiple of 86,400.
    since_midnight_s = epoch % DAY_S
    first_weekday = datetime.fromtimestamp(epoch, UTC).weekday()
    t = 0.0
    while True:
        t += rng.expovariate(peak)
        if t >= duration_s:
            return
        day, second = divmod(since_midnight_s + t, DAY_S)
        if rng.random() * peak < rates[(first_weekday + int(day)) % 7][int(second // HOUR_S)]:
            yield t


async def arrivals(
    clock: Clock, seeds: Seeds, profile: ArrivalProfile, duration_s: float
) -> AsyncIterator[float]:
    """The virtual time of each arrival, given when it has come: for an `async for`.

    Draws from the stream "arrivals" alone: whatever the users do, the next come when they come.
    """
    began = clock.now
    rng = seeds.stream("arrivals")
    for t in arrival_times(profile, rng, epoch=clock.wall_s(), duration_s=duration_s):
        await clock.sleep(began + t - clock.now)
        yield clock.now
