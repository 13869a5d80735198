"""Fakes and generators by name: the shipped ones, or your own by `module:attribute`."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any, cast

from sandbox.content.suggest import did_you_mean
from sandbox.errors import UsageError
from sandbox.systems.system import System
from sandbox.worlds.generate.context import Generator

SYSTEMS = {
    "approvals": "sandbox.systems.approvals:Approvals",
    "commerce": "sandbox.systems.commerce:Commerce",
    "stripe": "sandbox.systems.stripe:Stripe",
    "wiki": "sandbox.systems.wiki:Wiki",
    "zendesk": "sandbox.systems.zendesk:Zendesk",
}
GENERATORS = {
    "retail": "sandbox.worlds.generate.retail:retail",
}


def system_class(name: str, *, home: Path | None = None) -> type[System]:
    """The fake called *name*; `module:Class` is looked for in *home* first."""
    found = _load(name, SYSTEMS, "system", home)
    if not (isinstance(found, type) and issubclass(found, System)):
        raise UsageError(f"{name} is not a System: derive it from sandbox.systems.system.System")
    return found


def generator(name: str, *, home: Path | None = None) -> Generator:
    """The generator called *name*; `module:function` is looked for in *home* first."""
    found = _load(name, GENERATORS, "generator", home)
    if not callable(found):
        raise UsageError(f"{name} is not a generator: it must be a function of a Context")
    return cast(Generator, found)


def _load(name: str, known: Mapping[str, str], noun: str, home: Path | None) -> Any:
    path = known.get(name, name)
    module_name, colon, attribute = path.partition(":")
    if not colon:
        choices = did_you_mean(name, known) or f"; known: {', '.join(sorted(known))}"
        raise UsageError(f"no {noun} called {name!r}{choices}; your own: module:attribute")
    with _first_on_path(home):
        try:
            module = import_module(module_name)
        except ImportError as error:
            raise UsageError(f"{noun} {name!r} cannot be imported: {error}") from error
    try:
        return getattr(module, attribute)
    except AttributeError:
        choices = did_you_mean(attribute, vars(module))
        raise UsageError(f"module {module_name} has no {attribute!r}{choices}") from None


@contextmanager
def _first_on_path(home: Path | None) -> Iterator[None]:
    if home is None:
        yield
        return
    sys.path.insert(0, str(home))
    try:
        yield
    finally:
        sys.path.remove(str(home))
