"""Two agents in plain Python, for `experiments/hello.yaml`: same loop, same model, other care."""

from __future__ import annotations

from sandbox.agents.contract import Agent, Env
from sandbox.agents.reference.callers import AtOnce, Careful
from sandbox.agents.reference.loop import ToolLoop


def hello_naive(env: Env) -> Agent:
    """An agent that tries every failed call again at once."""
    return ToolLoop(env, AtOnce(env))


def hello_careful(env: Env) -> Agent:
    """An agent that uses idempotency keys and looks before it repeats a write."""
    return ToolLoop(env, Careful(env))
