"""What pydantic found wrong, once each: place, words, and of a union only the member meant.

pydantic reports the errors of every member of a plain union. Whoever wrote a mapping for
`str | list[str] | Choice` wants to hear about `Choice` alone, and whoever wrote a wrong scalar
wants one sentence: expected text or a list.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from sandbox.content.document import Loc
from sandbox.content.messages import expectation, message, shown
from sandbox.content.shape import KEY, Place, locate


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong, at *loc*; at the key itself with *at_key*."""

    loc: Loc
    message: str
    at_key: bool = False


@dataclass(frozen=True, slots=True)
class _Fault:
    error: ErrorDetails
    place: Place


def findings(model: Any, error: ValidationError, exists: Callable[[Loc], bool]) -> list[Finding]:
    """Everything in *error* that the author of the data for *model* should hear, in data order."""
    faults = [
        _Fault(details, locate(model, details["loc"], exists))
        for details in error.errors(include_url=False)
    ]
    return _settle(faults, 0)


def _settle(faults: list[_Fault], level: int) -> list[Finding]:
    """Findings of *faults*, which went through the same members of *level* plain unions."""
    found: list[Finding] = []
    unions: dict[Loc, list[_Fault]] = {}
    for fault in faults:
        branches = fault.place.branches
        if len(branches) <= level:
            found.append(_finding(fault))
        else:
            unions.setdefault(branches[level].loc, []).append(fault)
    for loc, candidates in unions.items():
        found += _settle_union(loc, candidates, level)
    return found


def _settle_union(loc: Loc, faults: list[_Fault], level: int) -> list[Finding]:
    by_member: dict[str, list[_Fault]] = {}
    for fault in faults:
        by_member.setdefault(fault.place.branches[level].member, []).append(fault)
    # The value had the shape of a member if all that is wrong with it lies further in.
    inside = [
        tried for tried in by_member.values() if all(_is_inside(fault, level) for fault in tried)
    ]
    if inside:
        return _settle(min(inside, key=len), level + 1)
    wanted = [expectation(fault.error) for fault in faults]
    if None in wanted:
        told = list(dict.fromkeys(message(fault.error, fault.place) for fault in faults))
        return [Finding(loc, "; or ".join(told))]
    given = shown(_value(faults, level))
    return [Finding(loc, f"expected {_either(list(map(str, wanted)))}, got {given}")]


def _either(choices: list[str]) -> str:
    unique = list(dict.fromkeys(choices))
    if "a number" in unique and "a whole number" in unique:
        unique.remove("a whole number")
    *others, last = unique
    return f"{', '.join(others)} or {last}" if others else last


def _is_inside(fault: _Fault, level: int) -> bool:
    return len(fault.error["loc"]) > fault.place.branches[level].depth


def _value(faults: list[_Fault], level: int) -> Any:
    return next(fault.error["input"] for fault in faults if not _is_inside(fault, level))


def _finding(fault: _Fault) -> Finding:
    error, place = fault.error, fault.place
    loc = place.loc
    if error["type"] == "union_tag_invalid":
        loc = (*loc, error["ctx"]["discriminator"].strip("'"))
    at_key = error["type"] in ("extra_forbidden", "invalid_key") or KEY in error["loc"][-1:]
    return Finding(loc, message(error, place), at_key)
