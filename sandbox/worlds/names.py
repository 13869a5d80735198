"""What `$name.field` may refer to in a task, and whether the field can exist."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from sandbox.content.document import Loc
from sandbox.content.references import Reference, ReferenceProblem, references
from sandbox.content.suggest import did_you_mean

Schema = Mapping[str, Any]
ANYTHING: Schema = {}
"""Nothing is known of the value's fields, so any is accepted."""


def record(fields: Iterable[str]) -> Schema:
    """The schema of a record that has exactly *fields*."""
    return {"type": "object", "properties": {name: {} for name in fields}}


class Names:
    """The names known at one place of a task; each with a JSON Schema of its value."""

    def __init__(self, known: Mapping[str, Schema]) -> None:
        self.known = dict(known)

    def copy(self) -> Names:
        """The same names, to be added to apart."""
        return Names(self.known)

    def problems(self, value: Any, loc: Loc) -> Iterator[tuple[Loc, str]]:
        """What is wrong with the references in *value*, which stands at *loc*."""
        for inner, text in texts(value, loc):
            try:
                found = references(text)
            except ReferenceProblem as problem:
                yield inner, str(problem)
                continue
            for reference in found:
                wrong = self._wrong(reference)
                if wrong:
                    yield inner, f"unknown reference {reference.text}: {wrong}"

    def knows_all(self, value: Any) -> bool:
        """Whether every reference in *value* is to a known name."""
        try:
            return all(reference.name in self.known for reference in references(value))
        except ReferenceProblem:
            return False

    def _wrong(self, reference: Reference) -> str:
        if reference.name not in self.known:
            choices = did_you_mean(reference.name, self.known)
            choices = choices or f"; known here: {', '.join(sorted(self.known))}"
            return f"nothing is called {reference.name!r}{choices}"
        root = self.known[reference.name]
        schema, seen = root, f"${reference.name}"
        for part in reference.path:
            fields = _fields(schema, root)
            if fields is None:
                return ""
            if part not in fields:
                if not fields:
                    return f"{seen} is a single value and has no {part!r}"
                choices = did_you_mean(part, fields) or f"; known: {', '.join(sorted(fields))}"
                return f"{seen} has no {part!r}{choices}"
            schema, seen = fields[part], f"{seen}.{part}"
        return ""


def _fields(schema: Schema, root: Schema) -> dict[str, Schema] | None:
    """The fields that a value of *schema* can have; None where that is not known."""
    if "$ref" in schema:
        node: Any = root
        for part in str(schema["$ref"]).removeprefix("#/").split("/"):
            node = node.get(part, {})
        return _fields(node, root)
    branches = schema.get("anyOf") or schema.get("oneOf")
    if branches:
        found = [_fields(b, root) for b in branches if b.get("type") != "null"]
        if not found or any(fields is None for fields in found):
            return None
        return {name: sub for fields in found if fields for name, sub in fields.items()}
    if "properties" in schema:
        return dict(schema["properties"])
    # A list (any index may exist), a free mapping, or a value of which nothing is known.
    return None if schema.get("type") in (None, "array", "object") else {}


def texts(value: Any, loc: Loc) -> Iterator[tuple[Loc, str]]:
    """Every text in *value* with its place in the file."""
    if isinstance(value, str):
        yield loc, value
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from texts(item, (*loc, key))
    elif isinstance(value, (list, tuple)):
        for index, item in enumerate(value):
            yield from texts(item, (*loc, index))
