"""pydantic's errors in the words of the person who wrote the file."""

from __future__ import annotations

import re
from typing import Any

from pydantic_core import ErrorDetails

from sandbox.content.shape import KEY, Place, field_names, tags
from sandbox.content.suggest import did_you_mean

_EXPECTED = {
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "int_parsing_size": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "float_parsing": "a number",
    "finite_number": "a finite number",
    "decimal_type": "a number",
    "decimal_parsing": "a number",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "string_type": "text",
    "none_required": "nothing (null)",
    "list_type": "a list",
    "tuple_type": "a list",
    "set_type": "a list",
    "frozen_set_type": "a list",
    "iterable_type": "a list",
    "dict_type": "a mapping (key: value)",
    "mapping_type": "a mapping (key: value)",
    "model_type": "a mapping (key: value)",
    "model_attributes_type": "a mapping (key: value)",
    "dataclass_type": "a mapping (key: value)",
    "datetime_type": "a date and time such as 2026-03-02T09:00:00Z",
    "datetime_parsing": "a date and time such as 2026-03-02T09:00:00Z",
    "datetime_from_date_parsing": "a date and time such as 2026-03-02T09:00:00Z",
    "date_type": "a date such as 2026-03-02",
    "date_parsing": "a date such as 2026-03-02",
    "date_from_datetime_parsing": "a date such as 2026-03-02",
    "time_type": "a time such as 09:30:00",
    "time_parsing": "a time such as 09:30:00",
    "time_delta_type": "a duration such as 00:30:00",
    "time_delta_parsing": "a duration such as 00:30:00",
}
_SHOULD_BE = "Input should be "
_COMPARISONS = ("greater than", "less than")
_SHOWN_MAX = 40
_LISTED_MAX = 8
_QUOTED = re.compile(r"'((?:[^'\\]|\\.)*)'")


def message(error: ErrorDetails, place: Place) -> str:
    """What is wrong and what would be right, in one line."""
    key = str(place.loc[-1]) if place.loc else ""
    match error["type"]:
        case "extra_forbidden" | "invalid_key":
            return f"unknown key {key!r}{_choices(key, field_names(place.owner))}"
        case "missing":
            return _missing(place)
        case "union_tag_not_found":
            return _missing_tag(error, place)
        case "union_tag_invalid":
            return _unknown_tag(error)
        case "value_error" | "assertion_error":
            return str(error["ctx"]["error"]) or "not valid"
        case _:
            return _wrong_value(error)


def _wrong_value(error: ErrorDetails) -> str:
    given = shown(error["input"])
    wanted = expectation(error)
    if wanted is None:
        text = error["msg"].replace(" after validation", "")
        of_a_scalar = "" if isinstance(error["input"], (dict, list)) else f", got {given}"
        return f"{text[:1].lower()}{text[1:]}{of_a_scalar}"
    subject = "wrong key: expected" if error["loc"][-1:] == (KEY,) else "expected"
    return f"{subject} {wanted}, got {given}{_hint(error)}"


def expectation(error: ErrorDetails) -> str | None:
    """What *error* asks for, as the words after "expected"; None if it is about something else."""
    known = _EXPECTED.get(error["type"])
    if known is not None:
        return known
    if error["type"] in ("literal_error", "enum"):
        return str(error["ctx"]["expected"])
    if error["msg"].startswith(_SHOULD_BE):
        wanted = error["msg"].removeprefix(_SHOULD_BE)
        return f"a number {wanted}" if wanted.startswith(_COMPARISONS) else wanted
    return None


def shown(value: Any) -> str:
    """*value* as a message quotes it: short, and in the words of YAML."""
    match value:
        case None:
            return "nothing"
        case bool():
            return str(value).lower()
        case dict():
            return "a mapping"
        case list() | tuple():
            return "a list"
    text = repr(value)
    return text if len(text) <= _SHOWN_MAX else f"{text[: _SHOWN_MAX - 4]}...{text[-1]}"


def _missing(place: Place) -> str:
    key = place.loc[-1]
    return f"missing value number {key + 1}" if isinstance(key, int) else f"missing key {key!r}"


def _choices(key: str, known: list[str]) -> str:
    near = did_you_mean(key, known)
    return near or (f"; known: {', '.join(known)}" if 0 < len(known) <= _LISTED_MAX else "")


def _hint(error: ErrorDetails) -> str:
    given = error["input"]
    if error["type"] == "string_type" and isinstance(given, (bool, int, float)):
        return " (put it in quotes)"
    if error["type"] in ("literal_error", "enum") and isinstance(given, str):
        return did_you_mean(given, _QUOTED.findall(error["ctx"]["expected"]))
    return ""


def _missing_tag(error: ErrorDetails, place: Place) -> str:
    discriminator = error["ctx"]["discriminator"].strip("'")
    choices = tags(place.expected, discriminator)
    listed = f": one of {', '.join(map(repr, choices))}" if choices else ""
    return f"missing key {discriminator!r}{listed}"


def _unknown_tag(error: ErrorDetails) -> str:
    context = error["ctx"]
    choices = _QUOTED.findall(context["expected_tags"])
    discriminator, tag = context["discriminator"].strip("'"), str(context["tag"])
    listed = ", ".join(map(repr, choices))
    return f"unknown {discriminator} {tag!r}{did_you_mean(tag, choices)}; one of {listed}"
