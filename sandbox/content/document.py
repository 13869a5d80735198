"""A YAML file as data, with the position of every value and key in it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sandbox.content.nodes import Key, Node, Position, YamlProblem, parse
from sandbox.errors import ContentError, Problem

Loc = tuple[Key, ...]
"""The way to a value from the root: keys of mappings and indices of lists."""


@dataclass(frozen=True, slots=True)
class Document:
    """One definition file: its data, and where each part of it stands."""

    file: str
    """How messages call it: relative to the working directory where possible."""
    root: Node

    @property
    def data(self) -> dict[Key, Any]:
        """The file's content as plain Python data, a fresh copy each time."""
        data: dict[Key, Any] = self.root.plain()
        return data

    def at(self, loc: Loc) -> Node | None:
        """The node at *loc*, if there is one."""
        node: Node | None = self.root
        for key in loc:
            node = node.child(key) if node is not None else None
        return node

    def position(self, loc: Loc) -> Position:
        """Line and column, from 1, of the value at *loc*; of its nearest parent if it is absent."""
        node = self.root
        for key in loc:
            child = node.child(key)
            if child is None:
                break
            node = child
        return node.position

    def key_position(self, loc: Loc) -> Position:
        """Line and column, from 1, of the key that *loc* ends with; in a list, of the element."""
        parent = self.at(loc[:-1]) if loc else None
        found = parent.keys.get(loc[-1]) if parent is not None else None
        return found if found is not None else self.position(loc)

    def problem(self, loc: Loc, message: str, *, key: bool = False) -> Problem:
        """A `Problem` at *loc*, for checks that go beyond a model.

        It points at a scalar itself, but at the key of a list or mapping (always with *key*), and
        of a missing value at the key of its parent.
        """
        node = self.at(loc)
        if node is None:
            return self.problem(loc[:-1], message)
        is_scalar = node.items is None and node.entries is None
        line, column = self.position(loc) if is_scalar and not key else self.key_position(loc)
        return Problem(self.file, line, column, message)


_Stamp = tuple[int, int]
_cache: dict[Path, tuple[_Stamp, Document]] = {}


def load_yaml(path: Path, *, cache: bool = False) -> Document:
    """The document in *path*, whose root is a mapping; anything else raises `ContentError`.

    With *cache* an unchanged file (same time stamp and size) is parsed once per process.
    """
    if not cache:
        return parse_yaml(read_text(path), display_name(path))
    path, stamp = path.absolute(), _stamp(path)
    known = _cache.get(path)
    if known is not None and known[0] == stamp:
        return known[1]
    document = parse_yaml(read_text(path), display_name(path))
    _cache[path] = (stamp, document)
    return document


def parse_yaml(text: str, file: str) -> Document:
    """The document in *text*, for text that is not a file of its own (front matter)."""
    try:
        root = parse(text)
    except YamlProblem as problem:
        raise content_error(file, problem.message, problem.line, problem.column) from None
    if root.entries is None:
        empty = root.items is None and root.scalar is None
        message = "the file is empty" if empty else "expected `key: value` lines at the top level"
        raise content_error(file, message, *root.position)
    return Document(file, root)


def read_text(path: Path) -> str:
    """The UTF-8 text in *path*, its line ends as they are; raises `ContentError`."""
    try:
        raw = path.read_bytes()
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise content_error(display_name(path), f"cannot be read: {reason}") from None
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = raw[: error.start].decode("utf-8-sig", errors="replace")
        line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
        message = f"not UTF-8: byte 0x{raw[error.start]:02x} ({error.reason})"
        raise content_error(display_name(path), message, line, column) from None


def display_name(path: Path) -> str:
    """*path* as a reader of messages wants it: relative if it lies below the working directory."""
    here = Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)


def content_error(file: str, message: str, line: int = 0, column: int = 0) -> ContentError:
    """A `ContentError` with a single problem."""
    return ContentError([Problem(file, line, column, message)])


def _stamp(path: Path) -> _Stamp:
    try:
        stat = path.stat()
    except (OSError, ValueError):
        return (0, 0)  # read_text says what is wrong
    return (stat.st_mtime_ns, stat.st_size)
