"""Where an agent path leads, found without running any of the agent's code."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.machinery import ModuleSpec, PathFinder
from importlib.util import find_spec
from pathlib import Path

from sandbox.agents.known import KNOWN
from sandbox.content.document import display_name
from sandbox.content.suggest import did_you_mean
from sandbox.errors import AgentLoadError, MissingExtra

EXTRAS = {"langchain": "langgraph", "langchain_core": "langgraph", "langgraph": "langgraph"}
"""Optional package -> the extra of ours that installs it."""


@dataclass(frozen=True)
class Target:
    """What an agent path names: an attribute of a module, or of a file."""

    path: str
    """As written."""
    attribute: str
    module: str = ""
    """The module's name; empty for a file."""
    file: Path | None = None
    """The source, if there is one."""
    folders: tuple[Path, ...] = ()
    """Where the agent's own modules are sought, nearest first."""


def locate(path: str, *, near: Path | None = None, cwd: Path | None = None) -> Target:
    """The target of `module:attribute`, `file.py:attribute` or a known agent's name.

    Files and modules are sought next to the spec *near*, in the folder above it (a spec may stand
    in `experiments/`), then in *cwd*. What is not there raises `AgentLoadError`.
    """
    if path in KNOWN:
        path = KNOWN[path].path
    where, colon, attribute = path.rpartition(":")
    if not colon or not where or not attribute.isidentifier():
        raise AgentLoadError(
            f"agent {path!r}: expected module:attribute, file.py:attribute, or one of"
            f" {', '.join(KNOWN)}{did_you_mean(path, KNOWN)}"
        )
    folders = _folders(near, cwd)
    if where.endswith(".py") or "/" in where or "\\" in where:
        file = _file(path, where, folders)
        return Target(path, attribute, file=file, folders=(file.parent, *folders))
    return Target(path, attribute, where, _source(path, where, folders), folders)


def check(target: Target) -> None:
    """Raise what loading *target* would raise, as far as its source shows it."""
    if target.file is None or target.file.suffix != ".py":
        return
    shown = display_name(target.file)
    try:
        tree = ast.parse(target.file.read_bytes(), shown)
    except SyntaxError as error:
        raise AgentLoadError(
            f"agent {target.path!r}: {shown}:{error.lineno}: {error.msg}"
        ) from None
    for package in _imports(tree):
        if package in EXTRAS and find_spec(package) is None:
            raise MissingExtra(package, EXTRAS[package])
    names = set(_names(tree))
    if target.attribute not in names and "*" not in names and "__getattr__" not in names:
        raise no_attribute(target, names)


def no_attribute(target: Target, names: set[str]) -> AgentLoadError:
    """The error for a module without the wanted attribute; *names* are those that it has."""
    shown = display_name(target.file) if target.file is not None else target.module
    public = sorted(name for name in names if not name.startswith("_"))
    choices = did_you_mean(target.attribute, public) or f"; it has {', '.join(public) or 'none'}"
    return AgentLoadError(f"agent {target.path!r}: {shown} has no {target.attribute!r}{choices}")


def _folders(near: Path | None, cwd: Path | None) -> tuple[Path, ...]:
    here = Path.cwd() if cwd is None else cwd.absolute()
    folders = [here]
    if near is not None:
        home = (here / near).parent
        folders = [home, home.parent, here]
    return tuple(dict.fromkeys(folder.resolve() for folder in folders))


def _file(path: str, where: str, folders: tuple[Path, ...]) -> Path:
    for folder in folders:
        file = folder / Path(where).expanduser()
        if file.is_file():
            return file.resolve()
    others = [str(f.relative_to(folder)) for folder in folders for f in folder.glob("*.py")]
    looked = ", ".join(display_name(folder) for folder in folders)
    raise AgentLoadError(
        f"agent {path!r}: no file {where!r} in {looked}{did_you_mean(where, others)}"
    )


def _source(path: str, module: str, folders: tuple[Path, ...]) -> Path | None:
    """The source of *module*; raises `AgentLoadError` where there is no such module."""
    spec: ModuleSpec | None = None
    places: list[str] | None = None
    parts = module.split(".")
    for depth, part in enumerate(parts, start=1):
        name = ".".join(parts[:depth])
        spec = _spec(name, places, folders)
        if spec is None:
            if part in EXTRAS:
                raise MissingExtra(part, EXTRAS[part])
            raise AgentLoadError(
                f"agent {path!r}: no module named {name!r}; for a file write"
                f" {part}.py:{path.rpartition(':')[2]}"
            )
        places = list(spec.submodule_search_locations or ())
    assert spec is not None
    return Path(spec.origin) if spec.origin and spec.has_location else None


def _spec(name: str, places: list[str] | None, folders: tuple[Path, ...]) -> ModuleSpec | None:
    if places is not None:  # a submodule: sought without importing its parent
        return PathFinder.find_spec(name, places)
    own = PathFinder.find_spec(name, [str(folder) for folder in folders])
    if own is not None:
        return own
    try:
        return find_spec(name)
    except ValueError:  # a module that was made by hand (a notebook's __main__)
        return None


def _imports(tree: ast.Module) -> Iterator[str]:
    """The packages that the module imports as it is loaded, outside functions and `try`."""
    for node in tree.body:
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.partition(".")[0]


def _names(tree: ast.Module) -> Iterator[str]:
    """The names that the module's top level binds; `*` for those that nobody can tell."""
    for node in ast.walk(tree):
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                yield node.name
            case ast.Import() | ast.ImportFrom():
                yield from (a.asname or a.name.partition(".")[0] for a in node.names)
            case ast.Name(ctx=ast.Store()):
                yield node.id
            case ast.Name(id="globals" | "locals" | "vars" | "exec" | "setattr"):
                yield "*"  # may bind names that stand nowhere in the source
            case _:
                pass
