"""A wind tunnel for AI agents: real agents, fake enterprises, injected faults, virtual time.

The public names load lazily, so that `import sandbox` costs nothing:
`run, replay, compare, load, World, Persona, Fault, FaultPlan, Results`.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from sandbox.experiments.comparing import compare
    from sandbox.experiments.replaying import replay
    from sandbox.experiments.results import Results
    from sandbox.experiments.runner import run
    from sandbox.faults.fault import Fault
    from sandbox.faults.plan import FaultPlan
    from sandbox.personas.persona import Persona
    from sandbox.worlds.world import World

_HOMES = {
    "run": "sandbox.experiments.runner",
    "replay": "sandbox.experiments.replaying",
    "compare": "sandbox.experiments.comparing",
    "load": "sandbox.experiments.loading",
    "Results": "sandbox.experiments.results",
    "World": "sandbox.worlds.world",
    "Persona": "sandbox.personas.persona",
    "Fault": "sandbox.faults.fault",
    "FaultPlan": "sandbox.faults.plan",
}
__all__ = ["Fault", "FaultPlan", "Persona", "Results", "World", "compare", "load", "replay", "run"]


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*globals(), *_HOMES])
