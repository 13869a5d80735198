"""Injection points: a call announces itself, interceptors may stand around it.

The hook is low and knows no fault; what stands around a call (faults, oversight, limits) lives
higher up. Interceptors with a lower *stage* stand further outside.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, Literal

Boundary = Literal["tool", "model", "user"]


@dataclass(slots=True)
class Call:
    """One call across a boundary, as an interceptor sees it."""

    id: str
    """Unique in the episode: call-1, call-2, ..."""
    boundary: Boundary
    target: str
    """The tool's name (`stripe.create_refund`), or the model's."""
    agent: str
    """Who calls; multi-agent systems name their members."""
    nth: int
    """The how-many-th call of this agent to this target, from 1."""
    args: dict[str, Any]
    t: float
    """Virtual seconds since the episode began."""
    turn: int = 0
    """The model turn that asked for the call (0: none)."""
    conversation: str = ""
    """The graded unit this call belongs to."""
    options: dict[str, Any] = field(default_factory=dict)
    """Word from an interceptor to the handler: replica="initial" (a stale read), discard=True (no
    commit), delay_s (a slow network); and back: stale=True (the live answer is another one)."""


Forward = Callable[[Call], Awaitable[Any]]
Interceptor = Callable[[Call, Forward], Awaitable[Any]]


class Points:
    """The interceptors of one episode, by boundary."""

    def __init__(self) -> None:
        self._around: dict[str, list[tuple[int, int, Interceptor]]] = {}
        self._serial = 0

    def add(self, boundary: Boundary, interceptor: Interceptor, *, stage: int = 50) -> None:
        """Let *interceptor* stand around every call of *boundary*; equal stages nest as added."""
        self._serial += 1
        chain = self._around.setdefault(boundary, [])
        chain.append((stage, self._serial, interceptor))
        chain.sort(key=lambda entry: entry[:2])

    async def through(self, call: Call, handler: Forward) -> Any:
        """Run *call* through all interceptors of its boundary, then *handler*."""
        chain = self._around.get(call.boundary)
        if not chain:
            return await handler(call)
        forward = handler
        for _, _, interceptor in reversed(chain):
            forward = _bind(interceptor, forward)
        return await forward(call)


def _bind(interceptor: Interceptor, forward: Forward) -> Forward:
    async def bound(call: Call) -> Any:
        return await interceptor(call, forward)

    return bound
