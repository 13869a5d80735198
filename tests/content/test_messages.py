from typing import Any, Literal

import pytest
from pydantic import BaseModel, Field, TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from sandbox.content.messages import expectation, message, shown
from sandbox.content.shape import locate


def error_of(annotation: Any, value: Any) -> ErrorDetails:
    with pytest.raises(ValidationError) as caught:
        TypeAdapter(annotation).validate_python(value)
    return caught.value.errors()[0]


def told(annotation: Any, value: Any) -> str:
    error = error_of(annotation, value)
    return message(error, locate(annotation, error["loc"], lambda _: True))


def test_values_are_shown_as_yaml_says_them_and_not_at_length() -> None:
    assert [shown(v) for v in (None, True, {"a": 1}, [1], "x", 1.5)] == [
        "nothing", "true", "a mapping", "a list", "'x'", "1.5",
    ]  # fmt: skip
    assert shown("x" * 100) == f"'{'x' * 35}...'"


def test_common_mistakes_say_what_was_expected() -> None:
    assert told(int, "x") == "expected a whole number, got 'x'"
    assert told(str, 5) == "expected text, got 5 (put it in quotes)"
    assert told(bool, "perhaps") == "expected true or false, got 'perhaps'"
    assert told(list[int], 5) == "expected a list, got 5"
    assert told(Literal["slow", "fast"], "Slow") == (
        "expected 'slow' or 'fast', got 'Slow' (did you mean 'slow'?)"
    )


def test_a_rule_without_words_of_its_own_keeps_pydantics() -> None:
    class Rules(BaseModel):
        n: int = Field(0, ge=3)
        items: list[int] = Field([], min_length=2)
        word: str = Field("", pattern="^a")

    assert told(Rules, {"n": 2}) == "expected a number greater than or equal to 3, got 2"
    assert told(Rules, {"items": [1]}) == "list should have at least 2 items, not 1"
    assert told(Rules, {"word": "b"}) == "string should match pattern '^a', got 'b'"


def test_only_errors_about_the_kind_of_value_have_an_expectation() -> None:
    class Rules(BaseModel):
        word: str = Field("", pattern="^a")

    assert expectation(error_of(int, "x")) == "a whole number"
    assert expectation(error_of(Rules, {"word": "b"})) is None
