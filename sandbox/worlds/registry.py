"""Fakes and generators by name: the shipped ones, or your own by `module:attribute`."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any, cast

import apsw

from sandbox.content.document import display_name
from sandbox.content.suggest import did_you_mean
from sandbox.errors import UsageError
from sandbox.systems.store import Store
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
    if name not in SYSTEMS:
        _check(name, found)
    return found


def _check(name: str, own: type[System]) -> None:
    """Raise what is wrong with a system of the user's own, before anything is built on it."""
    for attribute in ("name", "ddl"):
        if not isinstance(getattr(own, attribute, None), str):
            raise UsageError(f"{name} has no {attribute}: a System needs its name and its tables")
    try:
        Store.create([own.ddl]).close()
    except apsw.Error as error:
        raise UsageError(f"{name}: its ddl is no SQL: {error}") from error
    except UsageError as error:
        raise UsageError(f"{name}: {error}") from error


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
        except ModuleNotFoundError as error:
            sought = f"; looked in {display_name(home)}" if home is not None else ""
            raise UsageError(f"{noun} {name!r} cannot be imported: {error}{sought}") from error
        except (Exception, SystemExit) as error:  # whatever the user's module does
            raise UsageError(f"{noun} {name!r} cannot be imported: {_told(error)}") from error
    try:
        return getattr(module, attribute)
    except AttributeError:
        choices = did_you_mean(attribute, vars(module))
        raise UsageError(f"module {module_name} has no {attribute!r}{choices}") from None


def _told(error: BaseException) -> str:
    """What an import raised, and on which line."""
    kind = f"{type(error).__name__}: "
    if isinstance(error, SyntaxError):
        return f"{kind}{error}"  # names the line by itself
    last = traceback.extract_tb(error.__traceback__)[-1]
    return f"{kind}{error} at {display_name(Path(last.filename))}:{last.lineno}"


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
