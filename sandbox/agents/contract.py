"""What an agent is, and the `Env` that it is built with.

A factory `build(env)` returns the agent: an async or plain callable `(task: str) -> str`, or a
graph of a framework that an adapter recognises. One call is one conversation: task in, answer out.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Protocol

from sandbox.llm.endpoint import ModelEndpoint
from sandbox.sim.clock import Clock
from sandbox.sim.seeds import Seeds
from sandbox.surfaces.tools import Toolbox


class Conversation(Protocol):
    """The user at the other end."""

    @property
    def opening(self) -> str:
        """What the user said first; also the agent's task."""

    async def reply(self, text: str) -> str | None:
        """Send *text* to the user and wait: their next message, or None once they have left."""

    async def tell(self, text: str) -> None:
        """Send *text* without waiting for an answer."""


@dataclass(frozen=True)
class Env:
    """Everything that an agent may use; one per conversation."""

    task: str
    """The user's first message."""
    instructions: str
    """The company's instructions to its agents: the system prompt."""
    tools: Toolbox
    user: Conversation
    model: ModelEndpoint
    clock: Clock
    seeds: Seeds
    """Streams for the agent's own chance: `env.seeds.stream("jitter")`."""
    conversation: str
    call_sync: Callable[..., Any]
    """`call_sync(coroutine_function, *args)`: what synchronous agent code awaits with."""
    note: Callable[[str], None]
    """Write a line into the trace."""


Agent = Callable[[str], Awaitable[str]]
Factory = Callable[[Env], Any]
