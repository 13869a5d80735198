"""YAML text becomes plain data in which every value and key knows its line and column.

Built from ruamel's parser events, not from its loader: twice as fast, no custom tags, and the sizes are
checked while the text is read, so that a hostile file is refused before it costs anything.
Scalars follow the YAML 1.2 core schema: `on`, `no` and `12:30:00` are text.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from ruamel.yaml import YAML, YAMLError
from ruamel.yaml import events as ev
from ruamel.yaml.error import MarkedYAMLError
from ruamel.yaml.reader import ReaderError

DEPTH_MAX = 50
"""Nested lists and mappings; far below Python's own recursion limit."""
NODES_MAX = 200_000
"""Values in one file, with every alias counted as if it were written out."""
CHARACTERS_MAX = 8_000_000
_DIGITS_MAX = 400

Key = str | int
Position = tuple[int, int]

_NULL = frozenset(("", "~", "null", "Null", "NULL"))
_BOOL = {
    "true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False,
}  # fmt: skip
_INT = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_NOT_FINITE = re.compile(r"([-+]?)\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")
_SURROGATE = re.compile("[\ud800-\udfff]")
_NUMBER_START = frozenset("+-.0123456789")


class YamlProblem(Exception):  # noqa: N818 - the public name is ContentError, made where the file is known
    """Something is wrong at *line* and *column*; load_yaml adds the file."""

    def __init__(self, line: int, column: int, message: str) -> None:
        super().__init__(message)
        self.line = line
        self.column = column
        self.message = message


@dataclass(slots=True)
class Node:
    """One value of a file: its data, where it stands, and the nodes below it."""

    value: Any
    position: Position
    size: int = 1
    items: list[Node] = field(default_factory=list)
    """The elements of a list."""
    entries: dict[Key, Node] = field(default_factory=dict)
    """The values of a mapping."""
    keys: dict[Key, Position] = field(default_factory=dict)
    """Where the keys of a mapping stand."""

    def child(self, key: Key) -> Node | None:
        """The node under *key* (a key of a mapping, an index of a list), if there is one."""
        if self.entries:
            return self.entries.get(self.own_key(key))
        if isinstance(key, int) and 0 <= key < len(self.items):
            return self.items[key]
        return None

    def own_key(self, key: Key) -> Key:
        """*key* as it stands in the file: JSON only has text keys, YAML also whole numbers."""
        if key in self.entries or not isinstance(key, str) or not _INT.fullmatch(key):
            return key
        return int(key[:_DIGITS_MAX], 0) if key.startswith(("0x", "0o")) else int(key[:_DIGITS_MAX])


def parse(text: str) -> Node:
    """The root node of the one YAML document in *text*; raises `YamlProblem`."""
    if len(text) > CHARACTERS_MAX:
        raise YamlProblem(1, 1, f"the file is longer than {CHARACTERS_MAX} characters")
    events = _events(text)
    for event in events:
        if isinstance(event, ev.StreamEndEvent):
            break
        if isinstance(event, ev.DocumentStartEvent):
            root = _Builder(events).node(next(events), 0)
            _refuse_second_document(events)
            return root
    raise YamlProblem(1, 1, "the file is empty")


def _events(text: str) -> Iterator[Any]:
    try:
        yield from YAML(typ="safe", pure=True).parse(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        words = [part for part in (error.problem, error.context) if part]
        message = f"not YAML: {', '.join(words)}"
        line, column = (mark.line + 1, mark.column + 1) if mark is not None else (1, 1)
        raise YamlProblem(line, column, message) from None
    except ReaderError as error:
        before = text[: error.position]
        line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
        raise YamlProblem(line, column, f"not YAML: {error.reason}") from None
    except YAMLError as error:
        raise YamlProblem(1, 1, f"not YAML: {error}") from None


def _refuse_second_document(events: Iterator[Any]) -> None:
    for event in events:
        if isinstance(event, ev.DocumentStartEvent):
            raise _at(event, "a second document begins here: one file holds one definition")


def _at(event: Any, message: str) -> YamlProblem:
    return YamlProblem(event.start_mark.line + 1, event.start_mark.column + 1, message)


class _Builder:
    def __init__(self, events: Iterator[Any]) -> None:
        self._events = events
        self._anchors: dict[str, Node | None] = {}
        self._nodes = 0

    def node(self, event: Any, depth: int) -> Node:
        self._refuse_tag(event)
        if depth > DEPTH_MAX:
            raise _at(event, f"nested more than {DEPTH_MAX} levels deep")
        position = (event.start_mark.line + 1, event.start_mark.column + 1)
        if isinstance(event, ev.AliasEvent):
            return self._alias(event, position)
        self._count(event, 1)
        if event.anchor is not None:
            self._anchors[event.anchor] = None
        if isinstance(event, ev.ScalarEvent):
            built = Node(_scalar(event), position)
        elif isinstance(event, ev.SequenceStartEvent):
            built = self._list(position, depth)
        else:
            built = self._mapping(position, depth)
        if event.anchor is not None:
            self._anchors[event.anchor] = built
        return built

    def _list(self, position: Position, depth: int) -> Node:
        built = Node([], position)
        while not isinstance(event := next(self._events), ev.SequenceEndEvent):
            item = self.node(event, depth + 1)
            built.items.append(item)
            built.value.append(item.value)
            built.size += item.size
        return built

    def _mapping(self, position: Position, depth: int) -> Node:
        built = Node({}, position)
        while not isinstance(event := next(self._events), ev.MappingEndEvent):
            key = self._key(event, built)
            entry = self.node(next(self._events), depth + 1)
            built.entries[key] = entry
            built.value[key] = entry.value
            built.size += entry.size
        return built

    def _key(self, event: Any, mapping: Node) -> Key:
        self._refuse_tag(event)
        if not isinstance(event, ev.ScalarEvent):
            raise _at(event, "a key must be text or a whole number")
        key = _scalar(event)
        if isinstance(key, bool) or not isinstance(key, (str, int)):
            raise _at(event, f"the key {event.value!r} is not text: put it in quotes")
        if key == "<<" and event.implicit[0]:
            raise _at(event, "merge keys (<<) are not part of YAML 1.2: write the entries out")
        if event.anchor is not None:
            raise _at(event, "a key cannot carry an anchor: put it on the value")
        if key in mapping.keys:
            line, column = mapping.keys[key]
            raise _at(event, f"duplicate key {key!r}: it is already set at {line}:{column}")
        mapping.keys[key] = (event.start_mark.line + 1, event.start_mark.column + 1)
        return key

    def _alias(self, event: Any, position: Position) -> Node:
        if event.anchor not in self._anchors:
            raise _at(event, f"the alias *{event.anchor} has no anchor &{event.anchor} before it")
        target = self._anchors[event.anchor]
        if target is None:
            raise _at(event, f"the alias *{event.anchor} stands inside its own anchor")
        self._count(event, target.size)
        return Node(target.value, position, target.size, target.items, target.entries, target.keys)

    def _count(self, event: Any, size: int) -> None:
        self._nodes += size
        if self._nodes > NODES_MAX:
            raise _at(event, f"more than {NODES_MAX} values once aliases are written out")

    def _refuse_tag(self, event: Any) -> None:
        if getattr(event, "tag", None) is not None:
            raise _at(event, f"tags are not supported, found {event.tag}: a plain value is enough")


def _scalar(event: Any) -> Any:
    text: str = event.value
    if not event.implicit[0]:
        if _SURROGATE.search(text):
            raise _at(event, "the escape does not stand for a Unicode character")
        return text
    if text in _NULL:
        return None
    if text in _BOOL:
        return _BOOL[text]
    if text[0] in _NUMBER_START:
        return _number(event, text)
    return text


def _number(event: Any, text: str) -> Any:
    if _INT.fullmatch(text) or _FLOAT.fullmatch(text):
        if len(text) > _DIGITS_MAX:
            raise _at(event, f"a number of more than {_DIGITS_MAX} digits")
        if _INT.fullmatch(text):
            return int(text, 0) if text.startswith(("0x", "0o")) else int(text)
        return float(text)
    if found := _NOT_FINITE.fullmatch(text):
        return math.nan if found[1] is None else float(found[1] + "inf")
    return text
