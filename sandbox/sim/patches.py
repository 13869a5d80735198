"""Replacements for real functions, put in place while a virtual world is open and taken out after.

A replacement is thread-aware, so that it can stand while other threads go on in real time. Modules
that hold the real function under their own name (`from time import sleep`) are found by a sweep.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from types import MethodType, ModuleType
from typing import Any

_MISSING = object()
_OURS = ("sandbox", "time_machine", "_time_machine", "simpy", "pytest", "_pytest", "hypothesis")


def bound(function: Callable[..., Any], real: Any) -> Any:
    """*function* with *real* as its first argument, as a callable that no class binds again.

    Builtin functions kept as class attributes do not become methods; nor must their replacements.
    """
    return MethodType(function, real)


class Patches:
    """A set of replacements that goes in and out as a whole; worlds on several threads share it."""

    def __init__(self, *, opening: Callable[[], None], closing: Callable[[], None]) -> None:
        self._opening = opening
        self._closing = closing
        self._table: list[tuple[Any, str, Any]] = []
        self._saved: list[tuple[Any, str, Any]] = []
        self._aliases: list[tuple[dict[str, Any], str, Any, Any]] = []
        self._known: dict[int, tuple[Any, Any]] = {}
        self._swept: set[str] = set()
        self._modules = 0
        self._users = 0
        self._lock = threading.Lock()

    def add(self, owner: Any, name: str, replacement: Any, *, aliases: bool = True) -> None:
        """Let *replacement* stand for `owner.name`, and for its *aliases* in other modules."""
        self._table.append((owner, name, replacement))
        real = getattr(owner, name)
        if aliases and isinstance(owner, ModuleType):
            self._known[id(real)] = (real, replacement)

    def enter(self) -> None:
        """Put all replacements in place, unless another user has them there already."""
        with self._lock:
            self._users += 1
            if self._users > 1:
                return
            self._sweep()
            self._opening()
            for owner, name, replacement in self._table:
                self._saved.append((owner, name, vars(owner).get(name, _MISSING)))
                setattr(owner, name, replacement)
            for space, name, real, replacement in self._aliases:
                if space.get(name) is real:
                    space[name] = replacement

    def leave(self) -> None:
        """Take them out again if this was the last user."""
        with self._lock:
            self._users -= 1
            if self._users:
                return
            for owner, name, original in reversed(self._saved):
                if original is _MISSING:
                    delattr(owner, name)
                else:
                    setattr(owner, name, original)
            self._saved.clear()
            for space, name, real, replacement in self._aliases:
                if space.get(name) is replacement:
                    space[name] = real
            self._closing()

    def _sweep(self) -> None:
        """Look for aliases in modules not seen before; in `__main__`, a notebook, each time."""
        names = ["__main__"]
        if len(sys.modules) != self._modules:
            self._modules = len(sys.modules)
            names += [name for name in sys.modules if name not in self._swept]
        for name in names:
            if name == "__main__" or name not in self._swept:
                self._sweep_module(name)
        self._swept.update(names)

    def _sweep_module(self, name: str) -> None:
        root = name.partition(".")[0]
        # The standard library blocks for real (locks, selectors): there real time is the right one.
        if root in _OURS or (root in sys.stdlib_module_names and name != "__main__"):
            return
        try:
            # Not `vars()`: asking a lazy module for its dictionary would load it.
            space = object.__getattribute__(sys.modules[name], "__dict__")
        except (AttributeError, KeyError, TypeError):
            return
        for key, value in list(space.items()):
            known = self._known.get(id(value))
            if known is not None and known[0] is value:
                entry = (space, key, *known)
                if entry not in self._aliases:
                    self._aliases.append(entry)


def replace_everywhere(owner: ModuleType, name: str, replacement: Any) -> None:
    """Replace `owner.name` for good, also where a loaded module holds it under its own name."""
    real = getattr(owner, name)
    for module in list(sys.modules.values()):
        try:
            space = object.__getattribute__(module, "__dict__")
        except (AttributeError, TypeError):
            continue
        for key, value in list(space.items()):
            if value is real:
                space[key] = replacement
