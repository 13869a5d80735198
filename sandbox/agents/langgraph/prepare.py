"""What must be so before LangChain is imported: ids from the simulation, no tracing to a server."""

from __future__ import annotations

import os
import sys
from importlib.util import find_spec

from sandbox.errors import MissingExtra
from sandbox.sim.ids import install_ids

_PACKAGES = ("langgraph", "langchain")
_TRACING = (
    "LANGSMITH_TRACING_V2",
    "LANGCHAIN_TRACING_V2",
    "LANGSMITH_TRACING",
    "LANGCHAIN_TRACING",
)


def prepare() -> None:
    """Make LangChain fit for the simulation; raises `MissingExtra` where it is not installed.

    LangSmith's tracing is switched off even where the user's environment asks for it: it would send
    every simulated conversation to a server, from a thread that the simulation does not drive.
    """
    for package in _PACKAGES:
        if find_spec(package) is None:
            raise MissingExtra(package, "langgraph")
    install_ids()
    os.environ.update(dict.fromkeys(_TRACING, "false"))
    langsmith = sys.modules.get("langsmith.utils")
    if langsmith is not None:  # it has read the environment already, and remembers
        langsmith.get_env_var.cache_clear()
