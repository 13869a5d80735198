"""Small experiments for the tests of everything that runs them."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sandbox.experiments.matrix import EpisodePlan, episodes
from sandbox.experiments.setup import Setup
from sandbox.experiments.spec import ExperimentSpec

AGENTS = Path(__file__).parent / "agents"
SpecOf = Callable[..., ExperimentSpec]
SetupOf = Callable[..., Setup]


@pytest.fixture(scope="session")
def spec_of() -> SpecOf:
    """An experiment with agents of `agents/bad.py` by name: one episode of one small task each."""

    def make(*agents: str, **fields: Any) -> ExperimentSpec:
        limits = {"virtual_s_max": 7200.0, "real_s_max": 30.0, **fields.pop("limits", {})}
        return ExperimentSpec.model_validate({
            "id": "small", "title": "Small", "world": "retail_support", "episodes": 1,
            "tasks": ["refund_in_policy"], "model": "sim:perfect", "limits": limits,
            "agents": [{"name": a, "path": f"{AGENTS / 'bad.py'}:{a}"} for a in agents],
            **fields,
        })  # fmt: skip

    return make


@pytest.fixture(scope="session")
def setup_of() -> SetupOf:
    """The setup of a spec; with a folder, traces go there."""

    def make(spec: ExperimentSpec, folder: Path | None = None, **fields: Any) -> Setup:
        if folder is not None:
            (folder / "traces").mkdir(parents=True, exist_ok=True)
        return Setup(spec, AGENTS / "spec.yaml", Path.cwd(), folder, **fields)

    return make


@pytest.fixture(scope="session")
def plans_of() -> Callable[[ExperimentSpec], list[EpisodePlan]]:
    """The episodes of a spec."""
    return lambda spec: episodes(spec, list(spec.tasks))
