"""The agents that come with the sandbox, by short name."""

from __future__ import annotations

from dataclasses import dataclass

_REFERENCE = "sandbox.agents.reference"


@dataclass(frozen=True)
class KnownAgent:
    """An agent that an experiment may name without a path."""

    path: str
    title: str


KNOWN: dict[str, KnownAgent] = {
    "do_nothing": KnownAgent(
        f"{_REFERENCE}.lint:do_nothing", "Says that it cannot help, and does nothing"
    ),
    "hardened": KnownAgent(
        f"{_REFERENCE}.hardened:build",
        "LangGraph: idempotency keys, verification, retry budget, loop and write guards, hand-over",
    ),
    "hello_careful": KnownAgent(
        f"{_REFERENCE}.plain:hello_careful",
        "Plain Python: idempotency keys, looks before it repeats a write",
    ),
    "hello_naive": KnownAgent(
        f"{_REFERENCE}.plain:hello_naive", "Plain Python: tries every failed call again at once"
    ),
    "naive": KnownAgent(
        f"{_REFERENCE}.naive:build", "LangGraph: a ReAct graph with the framework's plain retries"
    ),
    "oracle": KnownAgent(
        f"{_REFERENCE}.lint:oracle", "Follows the model without a thought; for the task lint"
    ),
    "oracle_with_reads": KnownAgent(
        f"{_REFERENCE}.lint:oracle_with_reads", "The oracle, reading everything twice"
    ),
}
