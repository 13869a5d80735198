from typing import Annotated, Any

import pytest
from pydantic import AfterValidator, BaseModel, ConfigDict, ValidationError

from sandbox.content.findings import Finding, findings


class Closed(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Small(Closed):
    size: int


class Large(Closed):
    width: int
    height: int
    inner: Small | str = ""


def even(value: int) -> int:
    if value % 2:
        raise ValueError("must be even")
    return value


class Box(Closed):
    shape: Small | Large | str = ""
    count: str | int | float | bool = 0
    number: Annotated[int, AfterValidator(even)] | bool = 0


def found(**data: Any) -> list[Finding]:
    with pytest.raises(ValidationError) as caught:
        Box.model_validate(data)
    return findings(Box, caught.value, lambda _: False)


def test_the_member_with_the_fewest_errors_is_the_one_that_was_meant() -> None:
    assert found(shape={"width": 1, "heigth": 2}) == [
        Finding(("shape", "height"), "missing key 'height'"),
        Finding(("shape", "heigth"), "unknown key 'heigth' (did you mean 'height'?)", at_key=True),
    ]


def test_a_union_inside_a_member_is_settled_too() -> None:
    assert found(shape={"width": 1, "height": 2, "inner": 3}) == [
        Finding(("shape", "inner"), "expected a mapping (key: value) or text, got 3")
    ]


def test_a_value_that_fits_no_member_is_told_once() -> None:
    assert found(shape=[]) == [
        Finding(("shape",), "expected a mapping (key: value) or text, got a list")
    ]


def test_several_choices_are_told_as_one_would_say_them() -> None:
    assert found(count=[]) == [
        Finding(("count",), "expected text, a number or true or false, got a list")
    ]


def test_a_members_own_rule_is_told_beside_the_other_choices() -> None:
    assert found(number=3) == [
        Finding(("number",), "must be even; or expected true or false, got 3")
    ]


def test_errors_outside_the_union_stand_beside_it() -> None:
    assert [finding.loc for finding in found(shape=3, extra=1)] == [("extra",), ("shape",)]
