"""The values of a plan's references, as the model gets them out of what it has seen."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sandbox.content.references import Reference, references, resolve
from sandbox.llm.ledger import Ledger, Sees
from sandbox.llm.plan import ToolStep
from sandbox.llm.reading import Found, Missing, Unusable, look_up
from sandbox.llm.repair import invented, likely_field, wrong_field
from sandbox.llm.toolnames import is_reading

Draw = Callable[..., float]


@dataclass
class Filled:
    """A value with its references replaced."""

    value: Any
    useless: str = ""
    """A reading step whose result has nothing in it, so that it is worth reading again."""
    notes: list[str] = field(default_factory=list)
    """What was guessed, for the trace."""


class Filler:
    """Replaces references: from the results, else from the task's cast.

    A field that is not there (drift) is found again with the chance `drift_repair`, drawn per step,
    reference and try: the field with the likeliest name. Otherwise another field of the record is
    taken for it, or, where none fits, a value is made up. A result in which there is nothing to
    look into (an empty list, text cut off) makes the step that read it useless; where that step
    wrote instead, repeating it would do harm, and the value is made up.
    """

    def __init__(self, ledger: Ledger, sees: Sees, draw: Draw) -> None:
        self._ledger = ledger
        self._sees = sees
        self._draw = draw

    def fill(self, value: Any, *, step: str, attempt: int = 0) -> Filled:
        """*value* with every reference replaced, for the *attempt*-th try of *step*."""
        filled = Filled(None)
        filled.value = self._fill(value, (step, attempt), filled)
        return filled

    def _fill(self, value: Any, key: tuple[str, int], filled: Filled) -> Any:
        match value:
            case str() if "$" in value:
                return self._fill_text(value, key, filled)
            case Mapping():
                return {name: self._fill(item, key, filled) for name, item in value.items()}
            case list() | tuple():
                return [self._fill(item, key, filled) for item in value]
            case _:
                return value

    def _fill_text(self, text: str, key: tuple[str, int], filled: Filled) -> Any:
        known: dict[str, Any] = {}
        for reference in sorted(references(text), key=lambda r: len(r.path)):
            _put(known, (reference.name, *reference.path), self._value(reference, key, filled))
        return resolve(text, known)

    def _value(self, reference: Reference, key: tuple[str, int], filled: Filled) -> Any:
        results, name = self._ledger.results, reference.name
        if name in results:
            return self._seen(reference, look_up(results[name], reference.path), key, filled)
        if name in self._ledger.scope or self._ledger.step(name) is None:
            return resolve(f"${{{'.'.join((name, *reference.path))}}}", self._ledger.scope)
        filled.notes.append(f"made up {reference.text}")  # its step was skipped
        return invented(_last(reference), self._draw("invented", *key, reference.text))

    def _seen(
        self,
        reference: Reference,
        seen: Found | Missing | Unusable,
        key: tuple[str, int],
        filled: Filled,
    ) -> Any:
        match seen:
            case Found(value):
                return value
            case Missing():
                return self._drifted(reference, seen, key, filled)
            case Unusable():
                step = self._ledger.step(reference.name)
                if isinstance(step, ToolStep) and is_reading(step.tool):
                    filled.useless = reference.name
        filled.notes.append(f"made up {reference.text}")
        return invented(_last(reference), self._draw("invented", *key, reference.text))

    def _drifted(
        self, reference: Reference, seen: Missing, key: tuple[str, int], filled: Filled
    ) -> Any:
        chance = self._draw("invented", *key, reference.text)
        found = None
        if self._sees(*key, reference.text):
            found = likely_field(seen.record, seen.field)
        if found is None and not seen.rest:
            found = wrong_field(seen.record, seen.field, chance)
        below = look_up(found[1], seen.rest) if found is not None else None
        if found is None or not isinstance(below, Found):
            filled.notes.append(f"made up {reference.text}")
            return invented(_last(reference), chance)
        filled.notes.append(f"took {found[0]} for {reference.text}")
        return below.value


def _last(reference: Reference) -> str:
    return next((part for part in reversed(reference.path) if not part.isdigit()), reference.name)


def _put(known: dict[str, Any], path: tuple[str, ...], value: Any) -> None:
    """Set *value* at *path* of nested dicts, for `resolve`; shorter paths must come first."""
    here = known
    for part in path[:-1]:
        below = here.get(part)
        here[part] = dict(below) if isinstance(below, Mapping) else {}
        here = here[part]
    here[path[-1]] = value
