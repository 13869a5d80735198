"""What models cost: a dated table of list prices, shipped with the sandbox."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Annotated

from pydantic import Field

from sandbox.content.document import content_error, display_name
from sandbox.content.model import ContentModel, load_model
from sandbox.content.suggest import did_you_mean
from sandbox.errors import UsageError
from sandbox.llm.messages import Usage

PRICES_FILE = Path(__file__).parent / "data" / "prices-2026-11.yaml"
_MILLION = 1_000_000
_Usd = Annotated[float, Field(ge=0)]


@dataclass(frozen=True)
class Price:
    """List price of one model in US dollars per million tokens."""

    input_usd: float
    output_usd: float
    cached_usd: float
    """For input tokens that the provider had cached."""
    modelled_on: str = ""
    """For a simulated model: the real one whose price it is charged."""

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
    """ISO date of the day on which the table was compiled."""
    rows: Mapping[str, Price]

    def of(self, model: str) -> Price:
        """The price of *model*; an unknown one raises `UsageError` with the nearest known name."""
        found = self.rows.get(model)
        if found is None:
            choices = did_you_mean(model, self.rows) or f"; known: {', '.join(sorted(self.rows))}"
            raise UsageError(f"no price for model {model!r} as of {self.as_of}{choices}")
        return found


class PriceRow(ContentModel):
    """One model's list price, as the file has it."""

    input: _Usd
    cached: _Usd
    output: _Usd


class PriceFile(ContentModel):
    """A file of prices; this model is its format."""

    as_of: Annotated[str, Field(pattern=r"^\d{4}-\d\d-\d\d$")]
    source: str
    models: dict[str, PriceRow]
    modelled: dict[str, str]
    """Simulated model -> the model of this file whose price it is charged."""


@cache
def load_prices(path: Path = PRICES_FILE) -> Prices:
    """The price table in *path* (the sandbox's own unless told otherwise)."""
    file = load_model(path, PriceFile)
    rows = {name: Price(row.input, row.output, row.cached) for name, row in file.models.items()}
    for name, tier in file.modelled.items():
        row = file.models.get(tier)
        if row is None:
            message = f"modelled: {name}: unknown model {tier!r}{did_you_mean(tier, file.models)}"
            raise content_error(display_name(path), message)
        rows[name] = Price(row.input, row.output, row.cached, modelled_on=tier)
    return Prices(file.as_of, rows)
