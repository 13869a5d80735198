"""Where definition files live: the user's own folders first, then the sandbox's.

This is the only module that knows the difference between a checkout and an installed wheel.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

from sandbox.content.suggest import did_you_mean
from sandbox.errors import ContentError, UsageError

Kind = Literal["worlds", "personas", "faults", "experiments"]
KINDS: tuple[Kind, ...] = get_args(Kind)
_SUFFIX = ".yaml"
_WORLD_FILE = "world.yaml"
_PACKAGE = Path(__file__).resolve().parent.parent
_NOUN: dict[Kind, str] = {
    "worlds": "world", "personas": "persona", "faults": "fault plan", "experiments": "experiment",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Entry:
    """One definition that can be used by *name*."""

    name: str
    path: Path
    title: str
    """The file's own `title:` line; empty if it has none."""


class Places:
    """Finds definitions by name, nearest first.

    The order: the working directory, the project around a spec file, the sandbox's own.
    """

    def __init__(self, cwd: Path | None = None) -> None:
        self.cwd = (Path.cwd() if cwd is None else cwd).absolute()

    def find(self, kind: Kind, name: str, *, near: Path | None = None) -> Path:
        """The definition file called *name* (a name, a file name or a path).

        *near* is the file that names it. A world is found as its `world.yaml`. An unknown name
        raises `UsageError` with the nearest known one.
        """
        direct = self._as_path(kind, name, near)
        if direct is not None:
            return direct
        bare = name.removesuffix(_SUFFIX)
        for folder in self.folders(kind, near=near):
            for known, path in _definitions(kind, folder):
                if known == bare:
                    return path
        known_names = [entry.name for entry in self._entries(kind, near)]
        choices = did_you_mean(bare, known_names)
        if not choices and known_names:
            choices = f"; known: {', '.join(known_names)}"
        raise UsageError(f"no {_NOUN[kind]} called {name!r}{choices}")

    def folders(self, kind: Kind, *, near: Path | None = None) -> list[Path]:
        """The folders that are searched for *kind*, nearest first; only those that exist."""
        candidates = [self.cwd / kind]
        if near is not None:
            # A spec stands in the project's folder, or in its experiments/.
            home = (self.cwd / near).parent
            candidates += [home / kind, home.parent / kind]
        candidates.append(own_folder(kind))
        unique = dict.fromkeys(folder.resolve() for folder in candidates)
        return [folder for folder in unique if folder.is_dir()]

    def _entries(self, kind: Kind, near: Path | None) -> list[Entry]:
        nearest: dict[str, Entry] = {}
        for folder in self.folders(kind, near=near):
            for name, path in _definitions(kind, folder):
                nearest.setdefault(name, Entry(name, path, ""))
        return [nearest[name] for name in sorted(nearest)]

    def _as_path(self, kind: Kind, name: str, near: Path | None) -> Path | None:
        if not (name.endswith(_SUFFIX) or "/" in name or "\\" in name):
            return None
        homes = [self.cwd] if near is None else [self.cwd, (self.cwd / near).parent]
        for home in homes:
            try:
                found = [file for file in _candidates(kind, home / name) if file.is_file()]
            except (OSError, ValueError):  # too long, a null byte: no file has such a name
                return None
            if found:
                return found[0].resolve()
        return None

    def list(self, kind: Kind, *, near: Path | None = None) -> list[Entry]:
        """Every definition of *kind* by name; of two with one name, the nearer stands."""
        # Last in the class: below it, `list` in an annotation would mean this method.
        return [
            Entry(entry.name, entry.path, _title(entry.path)) for entry in self._entries(kind, near)
        ]


def own_folder(kind: Kind, package: Path = _PACKAGE) -> Path:
    """Where the sandbox's own definitions of *kind* are, for the *package* folder `sandbox/`.

    A checkout (or an editable install) reads the repository's folders: building a wheel leaves a
    stale copy in `_content`, which must not win there. `pyproject.toml` tells a checkout from a
    site-packages folder that happens to hold a package called `worlds`.
    """
    repository = package.parent
    if (repository / "pyproject.toml").is_file() and (repository / kind).is_dir():
        return repository / kind
    return package / "_content" / kind


def _candidates(kind: Kind, path: Path) -> tuple[Path, ...]:
    return (path / _WORLD_FILE, path) if kind == "worlds" else (path,)


def _definitions(kind: Kind, folder: Path) -> Iterator[tuple[str, Path]]:
    for path in sorted(folder.iterdir()):
        if path.name.startswith((".", "_")):
            continue
        if kind == "worlds":
            if (path / _WORLD_FILE).is_file():
                yield path.name, path / _WORLD_FILE
        elif path.suffix == _SUFFIX and path.is_file():
            yield path.stem, path


def _title(path: Path) -> str:
    # Listing must not parse every file: one line is enough, read by the real parser for its quotes.
    from sandbox.content.document import parse_yaml, read_text  # noqa: PLC0415 - only `list` needs YAML

    try:
        lines = read_text(path).splitlines()
        line = next((line for line in lines if line.startswith("title:")), "title:")
        title = parse_yaml(line, path.name).data["title"]
    except ContentError:
        return ""
    return "" if title is None else str(title)
