"""What models cost: a dated table of list prices, shipped with the sandbox."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sandbox.content.suggest import did_you_mean
from sandbox.errors import UsageError
from sandbox.llm.messages import Usage

_MILLION = 1_000_000


@dataclass(frozen=True)
class Price:
    """List price of one model in US dollars per million tokens."""

    input_usd: float
    output_usd: float
    cached_usd: float
    """For input tokens that the provider had cached."""

    def cost_usd(self, usage: Usage) -> float:
        """What *usage* costs."""
        fresh = usage.input_tokens - usage.cached_tokens
        return (
            fresh * self.input_usd
            + usage.cached_tokens * self.cached_usd
            + usage.output_tokens * self.output_usd
        ) / _MILLION


@dataclass(frozen=True)
class Prices:
    """A price table as of one day."""

    as_of: str
    """ISO date of the day on which the prices held."""
    rows: Mapping[str, Price]

    def of(self, model: str) -> Price:
        """The price of *model*; an unknown one raises `UsageError` with the nearest known name."""
        found = self.rows.get(model)
        if found is None:
            choices = did_you_mean(model, self.rows) or f"; known: {', '.join(sorted(self.rows))}"
            raise UsageError(f"no price for model {model!r} as of {self.as_of}{choices}")
        return found
