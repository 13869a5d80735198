from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel

from sandbox.content.references import Reference, ReferenceProblem, references, resolve
from sandbox.errors import UsageError


@dataclass
class Order:
    id: str
    lines: list[dict[str, Any]]


class Customer(BaseModel):
    name: str
    order: Order


SCOPE: dict[str, Any] = {
    "order": Order("ord_7", [{"sku": "MUG", "amount": 1250}]),
    "customer": Customer(name="Ann", order=Order("ord_8", [])),
    "count": 3,
    "flag": True,
}


def test_a_lone_reference_is_the_value_itself_with_its_type() -> None:
    assert resolve("$order.lines.0.amount", SCOPE) == 1250
    assert resolve("${order.lines}", SCOPE) is SCOPE["order"].lines
    assert resolve("$flag", SCOPE) is True


def test_inside_a_text_a_reference_is_written_out() -> None:
    assert resolve("Order $order.id. Thanks, $customer.name!", SCOPE) == "Order ord_7. Thanks, Ann!"
    assert resolve("n=$count f=$flag", SCOPE) == "n=3 f=true"


def test_braces_allow_a_letter_right_after() -> None:
    assert resolve("${count}rd of ${customer.order.id}s", SCOPE) == "3rd of ord_8s"


def test_money_and_doubled_dollars_are_just_text() -> None:
    assert resolve("$49.99, $$5 and $$order, 5$", SCOPE) == "$49.99, $5 and $order, 5$"
    assert references("$49.99, $$order and $ 5") == []


def test_nested_lists_and_dicts_are_walked_in_reading_order() -> None:
    value = {"a": ["$order.id", {"b": "to $customer.name"}], "n": 1, "$count": None}
    assert references(value) == [
        Reference("$order.id", "order", ("id",)),
        Reference("$customer.name", "customer", ("name",)),
    ]
    assert resolve(value, SCOPE) == {"a": ["ord_7", {"b": "to Ann"}], "n": 1, "$count": None}
    assert value["a"] == ["$order.id", {"b": "to $customer.name"}], "the template stays as it was"


def test_an_unknown_name_is_told_with_the_nearest_one() -> None:
    with pytest.raises(ReferenceProblem) as caught:
        resolve("$odrer.id", SCOPE)
    assert str(caught.value) == (
        "unknown reference $odrer.id: nothing is called 'odrer' (did you mean 'order'?)"
    )


def test_an_unknown_field_says_where_the_way_ends() -> None:
    with pytest.raises(ReferenceProblem, match=r"\$customer\.order has no 'lnes' .*'lines'"):
        resolve("x $customer.order.lnes.0", SCOPE)
    with pytest.raises(ReferenceProblem, match=r"\$order\.lines has no '7'; known: 0"):
        resolve("$order.lines.7", SCOPE)
    with pytest.raises(ReferenceProblem, match=r"\$count has no fields"):
        resolve("$count.real", SCOPE)
    with pytest.raises(ReferenceProblem, match="no names are known here"):
        resolve("$count", {})


def test_a_method_or_a_private_attribute_is_not_a_field() -> None:
    for text in ("$customer.model_dump", "$order.__class__", "$order.lines.append"):
        with pytest.raises(ReferenceProblem):
            resolve(text, SCOPE)


def test_an_open_brace_is_a_mistake_and_not_text() -> None:
    for text in ("${order.id", "${}", "a ${ b"):
        with pytest.raises(ReferenceProblem, match="write"):
            references(text)
    assert resolve("$${order.id", SCOPE) == "${order.id"


def test_a_problem_with_a_reference_is_the_users_mistake() -> None:
    assert issubclass(ReferenceProblem, UsageError)


def values() -> st.SearchStrategy[Any]:
    leaf = st.none() | st.booleans() | st.integers() | st.text(alphabet="$a{}._1 ", max_size=12)
    return st.recursive(
        leaf,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    )


def strings(value: Any) -> Iterator[str]:
    match value:
        case str():
            yield value
        case list():
            for item in value:
                yield from strings(item)
        case dict():
            yield from strings(list(value.values()))


@settings(deadline=None)
@given(values())
def test_any_value_resolves_or_is_refused(value: Any) -> None:
    try:
        found = references(value)
        resolved = resolve(value, {"a": {"a": [1, 2], "1": "$a"}})
    except ReferenceProblem:
        return
    if not any("$" in text for text in strings(value)):
        assert found == []
        assert resolved == value


@settings(deadline=None)
@given(st.text())
def test_doubling_every_dollar_gives_the_text_back(text: str) -> None:
    escaped = text.replace("$", "$$")
    assert references(escaped) == []
    assert resolve(escaped, {}) == text
