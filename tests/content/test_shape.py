from collections.abc import Callable
from typing import Annotated, Any, Literal, NewType

import pytest
from pydantic import BaseModel, Discriminator, Field, RootModel, Tag, ValidationError

from sandbox.content.document import Loc
from sandbox.content.shape import field_names, locate, required_names, tags, union_members


class Timeout(BaseModel):
    kind: Literal["timeout", "hang"]
    timeout: int
    after_s: float = 0


class Drift(BaseModel):
    kind: Literal["drift"]
    field: str


Typed = Annotated[Timeout | Drift, Field(discriminator="kind")]
Percent = NewType("Percent", int)


def which(value: Any) -> str:
    return "long" if isinstance(value, dict) else "short"


class Aliases(RootModel[dict[str, tuple[int, str]]]):
    pass


class Plan(BaseModel):
    faults: list[Typed] = []
    best: Typed | None = None
    choice: Timeout | list[Drift] | dict[str, int] | int = 0
    by_name: dict[str, Typed] = {}
    pair: tuple[int, Drift] | None = None
    many: tuple[Drift, ...] = ()
    aliases: Aliases | None = None
    percent: Percent = Percent(0)
    renamed: int = Field(0, alias="also-known")
    tagged: (
        Annotated[
            Annotated[str, Tag("short")] | Annotated[Drift, Tag("long")], Discriminator(which)
        ]
        | None
    ) = None
    must: int


def in_data(data: Any) -> Callable[[Loc], bool]:
    def exists(loc: Loc) -> bool:
        value = data
        for key in loc:
            try:
                value = value[key]
            except (LookupError, TypeError):
                return False
        return True

    return exists


def places(data: dict[str, Any]) -> list[Loc]:
    with pytest.raises(ValidationError) as caught:
        Plan.model_validate(data | {"must": 1})
    exists = in_data(data)
    return [locate(Plan, error["loc"], exists).loc for error in caught.value.errors()]


@pytest.mark.parametrize(
    ("data", "loc"),
    [
        ({"faults": [{"kind": "drift"}]}, ("faults", 0, "field")),
        ({"best": {"kind": "hang", "timeout": "x"}}, ("best", "timeout")),
        ({"by_name": {"drift": {"kind": "drift", "field": 1}}}, ("by_name", "drift", "field")),
        ({"pair": [1, {"kind": "drift", "field": 2}]}, ("pair", 1, "field")),
        ({"many": [{"kind": "drift", "field": 2}]}, ("many", 0, "field")),
        ({"aliases": {"a": [1, 2]}}, ("aliases", "a", 1)),
        ({"percent": "x"}, ("percent",)),
        ({"also-known": "x"}, ("also-known",)),
        ({"tagged": {"kind": "drift", "field": 3}}, ("tagged", "field")),
        ({"tagged": 3}, ("tagged",)),
    ],
)
def test_a_location_becomes_the_way_through_the_data(data: dict[str, Any], loc: Loc) -> None:
    assert places(data) == [loc]


def test_a_key_that_is_called_like_the_kind_does_not_mislead() -> None:
    data = {"faults": [{"kind": "timeout", "timeout": 5, "after_s": "x"}]}
    assert places(data) == [("faults", 0, "after_s")]


def test_each_member_of_a_plain_union_is_a_branch_that_starts_at_the_union() -> None:
    data = {"choice": [{"kind": "drift", "field": 1}]}
    with pytest.raises(ValidationError) as caught:
        Plan.model_validate(data | {"must": 1})
    found = [locate(Plan, error["loc"], in_data(data)) for error in caught.value.errors()]
    assert [place.branches[0].loc for place in found] == [("choice",)] * 4
    assert [place.branches[0].member.partition("[")[0] for place in found] == [
        "Timeout", "list", "dict", "int",
    ]  # fmt: skip
    assert [place.loc for place in found] == [
        ("choice",), ("choice", 0, "field"), ("choice",), ("choice",),
    ]  # fmt: skip


def test_a_place_knows_the_types_around_it() -> None:
    place = locate(Plan, ("faults", 0, "drift", "fild"), lambda _: True)
    assert place.owner is Drift
    assert locate(Plan, ("best",), lambda _: True).owner is Plan
    assert union_members(locate(Plan, ("best",), lambda _: True).expected) == [Timeout, Drift]


def test_behind_an_unknown_type_the_data_decides() -> None:
    class Odd(BaseModel):
        value: Any

    place = locate(Odd, ("value", "some-tag", "b"), in_data({"value": {"b": 1}}))
    assert place.loc == ("value", "b")


def test_names_and_tags_are_those_of_the_file() -> None:
    assert "also-known" in field_names(Plan)
    assert "renamed" not in field_names(Plan)
    assert field_names(int) == []
    assert required_names(Plan) == ["must"]
    assert tags(Typed, "kind") == ["timeout", "hang", "drift"]
    assert tags(int, "kind") == []
