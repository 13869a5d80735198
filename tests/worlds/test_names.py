"""References of a task are known before anything runs, as far down as schemas tell."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import BaseModel

from sandbox.worlds.names import ANYTHING, Names, record, texts


class _Line(BaseModel):
    sku: str


class _Order(BaseModel):
    id: int
    lines: list[_Line]
    note: _Line | None = None
    extra: dict[str, Any] = {}


NAMES = Names({
    "user": record(["name", "email"]),
    "order": _Order.model_json_schema(),
    "answer": ANYTHING,
})  # fmt: skip


@pytest.mark.parametrize(
    "reference",
    ["$user.name", "$order", "$order.lines.0.sku", "$order.lines.17", "$order.note.sku",
     "$order.extra.whatever", "$answer.any.thing", "${user.email}x", "costs $5, $$user"],
)  # fmt: skip
def test_what_can_exist_is_accepted(reference: str) -> None:
    assert list(NAMES.problems(reference, ())) == []


@pytest.mark.parametrize(
    ("reference", "message"),
    [
        ("$oder.id", "nothing is called 'oder' (did you mean 'order'?)"),
        ("$user.mail", "$user has no 'mail' (did you mean 'email'?)"),
        ("$order.id.x", "$order.id is a single value and has no 'x'"),
        ("$order.note.sku.x", "$order.note.sku is a single value"),
        ("$zzz", "nothing is called 'zzz'; known here: answer, order, user"),
        ("see ${", "without a name"),
    ],
)
def test_what_cannot_exist_is_named_with_the_nearest_name(reference: str, message: str) -> None:
    ((loc, found),) = NAMES.problems({"a": [1, reference]}, ("args",))
    assert message in found
    assert loc == ("args", "a", 1)


def test_a_copy_is_added_to_apart() -> None:
    copy = NAMES.copy()
    copy.known["later"] = ANYTHING
    assert copy.knows_all("$later.x and $user.name")
    assert not NAMES.knows_all("$later.x")
    assert not NAMES.knows_all("${")


def test_texts_are_found_in_reading_order_with_their_places() -> None:
    assert list(texts({"a": ["x", {"b": "y"}], "c": 3}, ("r",))) == [
        (("r", "a", 0), "x"),
        (("r", "a", 1, "b"), "y"),
    ]
