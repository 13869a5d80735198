"""Presets: what a simulated model is like, as dated files."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Annotated, Self

from pydantic import Field, model_validator

from sandbox.content.model import ContentModel, load_model
from sandbox.content.suggest import did_you_mean
from sandbox.errors import UsageError
from sandbox.llm.latency import LatencyProfile

DEFAULT_PRESET = "sim:standard-2026-11"
_FOLDER = Path(__file__).parent / "data" / "presets"
_PREFIX = "sim:"
_Share = Annotated[float, Field(ge=0, le=1)]


class Knobs(ContentModel):
    """How competent a simulated model is; each chance is drawn from a stream of its own."""

    persist: _Share
    """Chance to try a step again after a tool error, for each error."""
    errors_max: Annotated[int, Field(ge=1)]
    """After so many errors of one step it gives up, and says so."""
    wrong_arg: _Share
    """Chance per call that one argument is wrong; drawn anew when the step is tried again."""
    skip: _Share
    """Chance per tool step that it is forgotten."""
    hallucinate: _Share
    """Chance per tool step that a tool which does not exist is called first."""
    drift_repair: _Share
    """Chance to see what was meant where a field, argument or type has changed its form."""
    injection: _Share
    """Chance to obey an instruction planted in data, drawn once per exposure."""
    pressure: _Share
    """Chance to give in to a user who asks for what the task forbids, drawn once."""
    verbosity: Annotated[int, Field(ge=0)] = 0
    """Tokens of thinking and small talk per answer, charged in time and money."""


class Latency(ContentModel):
    """The numbers of a `LatencyProfile`."""

    ttft_s: Annotated[float, Field(gt=0)]
    ttft_s_p95: Annotated[float, Field(gt=0)]
    tokens_per_s: Annotated[float, Field(gt=0)]

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.ttft_s_p95 < self.ttft_s:
            raise ValueError(f"ttft_s_p95={self.ttft_s_p95} is below the median {self.ttft_s}")
        return self


class Preset(ContentModel):
    """A simulated model by name. The YAML file is this model; its price row has the same name."""

    name: Annotated[str, Field(pattern=r"^sim:[a-z0-9.-]+$")]
    title: str
    as_of: Annotated[str, Field(pattern=r"^\d{4}-\d\d-\d\d$")]
    source: str
    """Where the numbers come from."""
    latency: Latency
    knobs: Knobs

    @property
    def profile(self) -> LatencyProfile:
        """The latency as the endpoint charges it."""
        speed = self.latency
        return LatencyProfile(speed.ttft_s, speed.ttft_s_p95, speed.tokens_per_s)


def preset_names() -> list[str]:
    """The names that `load_model_name` knows, sorted."""
    return sorted(_PREFIX + path.stem for path in _FOLDER.glob("*.yaml"))


@cache
def load_model_name(name: str) -> Preset:
    """The preset called *name* (`sim:standard-2026-11`); an unknown one raises `UsageError`."""
    known = preset_names()
    if name not in known:
        choices = did_you_mean(name, known)
        raise UsageError(f"unknown model {name!r}{choices}; known: {', '.join(known)}")
    return load_model(_FOLDER / f"{name.removeprefix(_PREFIX)}.yaml", Preset)
