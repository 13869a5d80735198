"""LangChain's ids, which come from native code (`uuid_utils`), out of the kernel's chance."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from importlib import import_module
from types import ModuleType
from typing import Any

from sandbox.sim.current import current_kernel
from sandbox.sim.patches import bound, replace_everywhere

_installed: list[str] = []


def install_ids() -> bool:
    """Whether `uuid_utils` is there; its ids then come from the kernel that runs on the thread.

    Where no kernel runs they stay real. Call it before an agent framework is imported; calling it
    again does nothing.
    """
    try:
        uuid_utils = import_module("uuid_utils")
        compat = import_module("uuid_utils.compat")
    except ImportError:
        return False
    if not _installed:
        for name in _NUMBERS:
            _install(uuid_utils, name, lambda number: uuid_utils.UUID(int=number))
            _install(compat, name, lambda number: uuid.UUID(int=number))
            _installed.append(name)
    return True


def _install(module: ModuleType, name: str, make: Callable[[int], Any]) -> None:
    number = _NUMBERS[name]

    def generate(real: Callable[..., Any], *args: Any, **options: Any) -> Any:
        kernel = current_kernel()
        if kernel is None:
            return real(*args, **options)
        return make(number(kernel.chance, *args, **options))

    generate.__name__ = generate.__qualname__ = name
    real = getattr(module, name)
    replace_everywhere(module, name, bound(generate, real))


def _uuid7(chance: Any, timestamp: int | None = None, nanos: int | None = None) -> int:
    ms = None if timestamp is None else timestamp * 1000 + (nanos or 0) // 10**6
    return int(chance.uuid7(ms))


_NUMBERS: dict[str, Callable[..., int]] = {
    "uuid1": lambda chance, node=None, clock_seq=None: chance.uuid1(node, clock_seq),
    "uuid4": lambda chance: chance.uuid4(),
    "uuid6": lambda chance, node=None, timestamp=None, nanos=None: chance.uuid6(node),  # noqa: ARG005
    "uuid7": _uuid7,
}
