"""From an agent path to the factory that builds the agent."""

from __future__ import annotations

import importlib
import importlib.util
import inspect
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

from sandbox.agents.contract import Factory
from sandbox.agents.locate import EXTRAS, Target, check, locate, no_attribute
from sandbox.content.document import display_name
from sandbox.errors import AgentLoadError, MissingExtra, SandboxError
from sandbox.sim.seeds import digest64

_loaded: dict[Path, tuple[tuple[int, int], ModuleType]] = {}


def load_agent(
    path: str | Callable[..., Any], *, near: Path | None = None, cwd: Path | None = None
) -> Factory:
    """The factory that *path* names: `module:attribute`, `file.py:attribute`, a known agent.

    A callable is taken as the factory itself. A factory takes one argument, the `Env`, and returns
    the agent; a class will do whose instances can be called. *near* is the spec that names it.
    """
    if callable(path):
        return _checked(path, _name_of(path))
    target = locate(path, near=near, cwd=cwd)
    check(target)
    module = _import(target)
    if not hasattr(module, target.attribute):
        raise no_attribute(target, set(vars(module)))
    return _checked(getattr(module, target.attribute), repr(target.path))


def check_agent_path(path: str, *, near: Path | None = None, cwd: Path | None = None) -> None:
    """Raise what `load_agent` would raise, as far as that shows without running agent code."""
    check(locate(path, near=near, cwd=cwd))


def _checked(factory: Any, name: str) -> Factory:
    if not callable(factory):
        raise AgentLoadError(
            f"agent {name}: {type(factory).__name__} is no factory: write"
            " `def build(env)` that returns the agent, and name that"
        )
    if inspect.iscoroutinefunction(factory):
        raise AgentLoadError(
            f"agent {name}: the factory is an async function: write a plain `def build(env)`"
            " that returns the agent (which may be async)"
        )
    try:
        inspect.signature(factory).bind(object())
    except TypeError as error:
        raise AgentLoadError(
            f"agent {name}: a factory takes exactly one argument, env ({error})"
        ) from None
    except ValueError:
        pass  # a built-in without a signature
    checked: Factory = factory
    return checked


def _import(target: Target) -> ModuleType:
    for folder in reversed(target.folders):
        # The agent's own modules come first, as they do for a script that is run there.
        if str(folder) not in sys.path:
            sys.path.insert(0, str(folder))
    importlib.invalidate_caches()
    try:
        if target.module:
            return importlib.import_module(target.module)
        assert target.file is not None
        return _import_file(target.file)
    except SandboxError:
        raise
    except ModuleNotFoundError as error:
        package = (error.name or "").partition(".")[0]
        if package in EXTRAS:
            raise MissingExtra(package, EXTRAS[package]) from None
        raise _failed(target, error) from error
    except (Exception, SystemExit) as error:
        raise _failed(target, error) from error


def _import_file(file: Path) -> ModuleType:
    """The module in *file*; once per process, and again when the file has changed."""
    stat = file.stat()
    stamp = (stat.st_mtime_ns, stat.st_size)
    known = _loaded.get(file)
    if known is not None and known[0] == stamp:
        return known[1]
    # Two files of one name must not share a module; the same file has one name in every process.
    name = f"sandbox_agent_{file.stem}_{digest64(str(file)):016x}"
    spec = importlib.util.spec_from_file_location(name, file)
    if spec is None or spec.loader is None:
        raise AgentLoadError(f"agent file {display_name(file)} is not Python source: name a .py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[name]
        raise
    _loaded[file] = (stamp, module)
    return module


def _failed(target: Target, error: BaseException) -> AgentLoadError:
    """What went wrong while importing, with the deepest line of the agent's own code."""
    own = [
        frame
        for frame in traceback.extract_tb(error.__traceback__)
        if any(Path(frame.filename).is_relative_to(folder) for folder in target.folders)
        and "site-packages" not in frame.filename
    ]
    where = f" at {display_name(Path(own[-1].filename))}:{own[-1].lineno}" if own else ""
    return AgentLoadError(
        f"agent {target.path!r} cannot be imported{where}: {type(error).__name__}: {error}"
    )


def _name_of(value: Any) -> str:
    return getattr(value, "__qualname__", None) or type(value).__qualname__
