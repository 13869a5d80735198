"""Built worlds, kept on disk: generating one takes seconds, reading its image takes milliseconds.

A snapshot is one file, so that it cannot be half of two builds: a line of JSON with the image's
checksum and the world's logical digest, then the image. Whatever is wrong with the file or its
folder, the world is simply built: the cache saves time and is never needed.
"""

from __future__ import annotations

import json
import os
import sys
import threading
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path
from typing import Any, NamedTuple

import apsw

from sandbox.sim.trace import canonical
from sandbox.systems.store import Store

_FORMAT = 1
_KEPT = 24
"""Snapshots kept; those used longest ago go first (each edit of a generator leaves one behind)."""


class Snapshot(NamedTuple):
    """A built world."""

    image: bytes
    """For `Store.from_image`."""
    digest: str
    """What is in it, as `Store.digest` says: the same on every version of SQLite."""


def cached_image(
    key_parts: Mapping[str, Any], build: Callable[[Store], None], ddl: Iterable[str]
) -> bytes:
    """The image of `cached_snapshot`."""
    return cached_snapshot(key_parts, build, ddl).image


def cached_snapshot(
    key_parts: Mapping[str, Any], build: Callable[[Store], None], ddl: Iterable[str]
) -> Snapshot:
    """The world that *build* makes in an empty store with the tables of *ddl*, built at most once.

    *key_parts* must hold, as JSON, all that the rows depend on: the text of the generator, the
    version of Faker, locale, seed and parameters. The tables and the version of SQLite join them.
    """
    statements = list(ddl)
    key = {
        "parts": dict(key_parts), "ddl": statements, "format": _FORMAT,
        "sqlite": apsw.sqlite_lib_version(),
    }  # fmt: skip
    name = blake2b(canonical(key).encode(), digest_size=16).hexdigest()
    folder = cache_folder()
    path = None if folder is None else folder / f"{name}.world"
    found = None if path is None else _read(path)
    if found is None:
        found = _build(build, statements)
        if path is not None:
            _write(path, found)
    return found


def cache_folder() -> Path | None:
    """Where snapshots are kept (SANDBOX_CACHE, or the platform's cache); None without a home."""
    chosen = os.environ.get("SANDBOX_CACHE")
    if chosen:
        return Path(chosen) / "worlds"
    try:
        return _platform_cache() / "agent-windtunnel" / "worlds"
    except RuntimeError:  # a user without a home directory
        return None


def _platform_cache() -> Path:
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches"
    variable = "LOCALAPPDATA" if sys.platform == "win32" else "XDG_CACHE_HOME"
    named = os.environ.get(variable, "")
    # The XDG rules say that a relative path is to be ignored.
    return Path(named) if Path(named).is_absolute() else Path.home() / ".cache"


def _build(build: Callable[[Store], None], ddl: list[str]) -> Snapshot:
    store = Store.create(ddl)
    try:
        store.execute("BEGIN")  # one commit for all rows, not one for each
        build(store)
        store.execute("COMMIT")
        return Snapshot(store.image(), store.digest())
    finally:
        store.close()


def _read(path: Path) -> Snapshot | None:
    try:
        with path.open("rb") as file:
            header = json.loads(file.readline(1000))
            image = file.read()
        if header["checksum"] != _checksum(image):
            return None
        with suppress(OSError):
            os.utime(path)  # used just now
        return Snapshot(image, str(header["digest"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None  # absent, unreadable, or not ours


def _write(path: Path, snapshot: Snapshot) -> None:
    header = {"checksum": _checksum(snapshot.image), "digest": snapshot.digest}
    # One name per writer, so that two at once do not write into one file; the last one stays.
    temporary = path.with_suffix(f".{os.getpid()}-{threading.get_ident()}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with temporary.open("wb") as file:
                file.write(json.dumps(header).encode() + b"\n")
                file.write(snapshot.image)
            temporary.replace(path)
        finally:
            temporary.unlink(missing_ok=True)
        _prune(path.parent)
    except OSError:
        pass  # a folder that cannot be written, a full disk


def _prune(folder: Path) -> None:
    worlds = sorted(folder.glob("*.world"), key=lambda path: (path.stat().st_mtime, path.name))
    for path in worlds[:-_KEPT]:
        path.unlink(missing_ok=True)


def _checksum(image: bytes) -> str:
    return blake2b(image, digest_size=32).hexdigest()
