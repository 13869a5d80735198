"""YAML text becomes plain data in which every value and key knows its line and column.

Built from ruamel's parser events, not from its loader: twice as fast, no custom tags, and sizes
are checked while the text is read, so that a hostile file is refused before it costs anything.
Scalars follow the YAML 1.2 core schema: `on`, `no` and `12:30:00` are text.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from ruamel.yaml import YAML
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
Scalar = str | int | float | bool | None

_NULL = frozenset(("", "~", "null", "Null", "NULL"))
_BOOL = {
    "true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False,
}  # fmt: skip
_INT = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_NOT_FINITE = re.compile(r"([-+]?)\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")
_SURROGATE = re.compile("[\ud800-\udfff]")
_NUMBER_START = frozenset("+-.0123456789")


class YamlProblem(Exception):  # noqa: N818 - callers see ContentError, made where the file is known
    """Something is wrong at *line* and *column*; the loader adds the file."""

    def __init__(self, line: int, column: int, message: str) -> None:
        super().__init__(message)
        self.line = line
        self.column = column
        self.message = message


@dataclass(slots=True)
class Node:
    """One value of a file, where it stands, and the nodes below it."""

    position: Position
    scalar: Scalar = None
    items: list[Node] | None = None
    """The elements, if the value is a list."""
    entries: dict[Key, Node] | None = None
    """The values, if the value is a mapping."""
    keys: dict[Key, Position] = field(default_factory=dict)
    """Where the keys of a mapping stand."""
    size: int = 1
    """Values in it, itself included, with aliases written out."""

    def plain(self) -> Any:
        """The value as plain Python data, built afresh: nobody else holds a part of it."""
        if self.entries is not None:
            return {key: entry.plain() for key, entry in self.entries.items()}
        if self.items is not None:
            return [item.plain() for item in self.items]
        return self.scalar

    def child(self, key: Key) -> Node | None:
        """The node under *key* (a key of a mapping, an index of a list), if there is one."""
        if self.entries is not None:
            return self.entries.get(key)
        if self.items is not None and isinstance(key, int) and 0 <= key < len(self.items):
            return self.items[key]
        return None


def parse(text: str) -> Node:
    """The root node of the one YAML document in *text*; raises `YamlProblem`."""
    if len(text) > CHARACTERS_MAX:
        raise YamlProblem(1, 1, f"the file is longer than {CHARACTERS_MAX} characters")
    events = _events(text)
    for event in events:
        if isinstance(event, ev.DocumentStartEvent):
            root = _Builder(events).node(next(events), 0)
            _refuse_second_document(events)
            return root
    raise YamlProblem(1, 1, "the file is empty")


def _events(text: str) -> Iterator[Any]:
    last: Position = (1, 1)
    try:
        for event in YAML(typ="safe", pure=True).parse(text):
            last = _position(event)
            yield event
    except MarkedYAMLError as error:
        raise _syntax_problem(error) from None
    except ReaderError as error:
        before = text[: error.position]
        line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
        raise YamlProblem(line, column, f"not YAML: {error.reason}") from None
    except Exception as error:  # its scanner stumbles over some texts: chr() of a huge escape
        raise YamlProblem(*last, f"not YAML somewhere after this place: {error}") from None


def _syntax_problem(error: MarkedYAMLError) -> YamlProblem:
    mark, begin = error.problem_mark or error.context_mark, error.context_mark
    message = f"not YAML: {error.problem or error.context}"
    if error.problem and error.context:
        message += f", {error.context}"
        if begin is not None and begin is not mark:
            message += f" that begins at {begin.line + 1}:{begin.column + 1}"
    line, column = (mark.line + 1, mark.column + 1) if mark is not None else (1, 1)
    return YamlProblem(line, column, message)


def _refuse_second_document(events: Iterator[Any]) -> None:
    for event in events:
        if isinstance(event, ev.DocumentStartEvent):
            raise _at(event, "a second document begins here: one file holds one definition")


def _at(event: Any, message: str) -> YamlProblem:
    return YamlProblem(*_position(event), message)


def _position(event: Any) -> Position:
    return (event.start_mark.line + 1, event.start_mark.column + 1)


class _Builder:
    """Turns the events of one document into nodes."""

    def __init__(self, events: Iterator[Any]) -> None:
        self._events = events
        self._anchors: dict[str, Node | None] = {}
        self._nodes = 0

    def node(self, event: Any, depth: int) -> Node:
        if depth > DEPTH_MAX:
            raise _at(event, f"nested more than {DEPTH_MAX} levels deep")
        if isinstance(event, ev.AliasEvent):
            return self._alias(event)
        _refuse_tag(event)
        self._count(event, 1)
        if event.anchor is None:
            return self._build(event, depth)
        self._anchors[event.anchor] = None  # open: an alias to it in here would never end
        built = self._anchors[event.anchor] = self._build(event, depth)
        return built

    def _build(self, event: Any, depth: int) -> Node:
        if isinstance(event, ev.ScalarEvent):
            return Node(_position(event), _scalar(event))
        if isinstance(event, ev.SequenceStartEvent):
            return self._list(event, depth)
        return self._mapping(event, depth)

    def _list(self, start: Any, depth: int) -> Node:
        items: list[Node] = []
        while not isinstance(event := next(self._events), ev.SequenceEndEvent):
            items.append(self.node(event, depth + 1))
        return Node(_position(start), items=items, size=1 + sum(item.size for item in items))

    def _mapping(self, start: Any, depth: int) -> Node:
        entries: dict[Key, Node] = {}
        keys: dict[Key, Position] = {}
        while not isinstance(event := next(self._events), ev.MappingEndEvent):
            key = _key(event)
            if key in keys:
                line, column = keys[key]
                raise _at(event, f"duplicate key {key!r}: already set at {line}:{column}")
            keys[key] = _position(event)
            value = next(self._events)
            entries[key] = self.node(value, depth + 1)
            if isinstance(value, ev.ScalarEvent) and value.implicit[0] and not value.value:
                entries[key].position = keys[key]  # an empty value stands nowhere itself
        size = 1 + sum(entry.size for entry in entries.values())
        return Node(_position(start), entries=entries, keys=keys, size=size)

    def _alias(self, event: Any) -> Node:
        if event.anchor not in self._anchors:
            raise _at(event, f"the alias *{event.anchor} has no anchor &{event.anchor} before it")
        target = self._anchors[event.anchor]
        if target is None:
            raise _at(event, f"the alias *{event.anchor} stands inside its own anchor")
        self._count(event, target.size)
        return replace(target, position=_position(event))

    def _count(self, event: Any, size: int) -> None:
        self._nodes += size
        if self._nodes > NODES_MAX:
            raise _at(event, f"more than {NODES_MAX} values, aliases written out")


def _refuse_tag(event: Any) -> None:
    if event.tag is not None:
        raise _at(event, f"tags are not supported, found {event.tag}: a plain value is enough")


def _key(event: Any) -> Key:
    if not isinstance(event, ev.ScalarEvent):
        raise _at(event, "a key must be text or a whole number")
    _refuse_tag(event)
    if event.anchor is not None:
        raise _at(event, "a key cannot carry an anchor: put it on the value")
    key = _scalar(event)
    if isinstance(key, bool) or not isinstance(key, (str, int)):
        raise _at(event, f"the key {event.value!r} is not text: put it in quotes")
    if key == "<<" and event.implicit[0]:
        raise _at(event, "merge keys (<<) are not part of YAML 1.2: write the entries out")
    return key


def _scalar(event: Any) -> Scalar:
    text: str = event.value
    if not event.implicit[0]:  # in quotes, or a block
        return _joined(event, text) if _SURROGATE.search(text) else text
    if text in _NULL:
        return None
    if text in _BOOL:
        return _BOOL[text]
    return _number(event, text) if text[0] in _NUMBER_START else text


def _joined(event: Any, text: str) -> str:
    """*text* with pairs of surrogates, as JSON writes an emoji, joined to the character meant."""
    try:
        return text.encode("utf-16", "surrogatepass").decode("utf-16")
    except UnicodeDecodeError:
        raise _at(event, "an escape in this text does not stand for a character") from None


def _number(event: Any, text: str) -> Scalar:
    whole = _INT.fullmatch(text) is not None
    if whole or _FLOAT.fullmatch(text):
        if len(text) > _DIGITS_MAX:
            raise _at(event, f"a number of more than {_DIGITS_MAX} digits")
        if whole:
            return int(text, 0) if text.startswith(("0x", "0o")) else int(text)
        return float(text)
    if found := _NOT_FINITE.fullmatch(text):
        return math.nan if found[1] is None else float(found[1] + "inf")
    return text
