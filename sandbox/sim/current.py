"""Which kernel runs on which thread: patched functions are virtual there and real elsewhere."""

from __future__ import annotations

import threading
from _thread import get_ident
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sandbox.sim.kernel import Kernel

kernels: dict[int, Kernel] = {}
"""Thread ident -> kernel, for the loop thread of a running kernel and for its job threads."""

_start = threading.Thread.start


def current_kernel() -> Kernel | None:
    """The kernel whose simulation the calling thread belongs to, or None."""
    return kernels.get(get_ident())


def virtual_kernel() -> Kernel | None:
    """The calling thread's kernel if it stands inside `virtual_world`, or None."""
    kernel = kernels.get(get_ident())
    return kernel if kernel is not None and kernel.virtual else None


class RealThread(threading.Thread):
    """A daemon thread that the simulation itself needs; no boundary refuses its start."""

    interrupted = False
    """Set when whoever waits for this thread was interrupted."""

    def __init__(self, name: str, body: Callable[..., Any], *args: Any) -> None:
        # A thread object with a name of its own: a bare one would leave `_DummyThread`s keyed by
        # reused operating system idents, whose names differ from run to run.
        super().__init__(name=name, target=body, args=args, daemon=True)

    def start(self) -> None:
        """Start it, whatever stands in the place of `Thread.start` just now."""
        _start(self)
