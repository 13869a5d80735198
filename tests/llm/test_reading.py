from __future__ import annotations

import json
from typing import Any

import pytest

from sandbox.llm.messages import Message
from sandbox.llm.reading import Found, Missing, Unusable, is_error, look_up, parse

ORDER = {"id": "ORD-1", "customer": {"email": "a@b.c"}, "lines": [{"sku": "A"}, {"sku": "B"}]}


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("id", "ORD-1"),
        ("customer.email", "a@b.c"),
        ("lines.1.sku", "B"),
        ("lines.sku", "A"),  # who expects one record reads the first
    ],
)
def test_a_path_leads_through_records_and_lists(path: str, value: str) -> None:
    assert look_up(ORDER, path.split(".")) == Found(value)


def test_without_a_path_the_result_itself_is_meant() -> None:
    assert look_up(ORDER, ()) == Found(ORDER)


def test_an_absent_field_shows_the_record_that_lacks_it() -> None:
    assert look_up(ORDER, ("customer", "mail", "host")) == Missing(
        {"email": "a@b.c"}, "mail", ("host",)
    )


@pytest.mark.parametrize("value", [{"lines": []}, {"lines": None}, {"lines": 3}, [], None])
def test_where_there_is_nothing_to_look_into_the_result_is_unusable(value: Any) -> None:
    assert look_up(value, ("lines", "0") if isinstance(value, dict) else ("0",)) == Unusable()


def test_json_inside_a_text_is_read() -> None:
    assert look_up({"body": json.dumps(ORDER)}, ("body", "id")) == Found("ORD-1")


def test_text_cut_off_still_gives_what_stands_in_it() -> None:
    text = json.dumps(ORDER)[:30]
    assert look_up(text, ("id",)) == Found("ORD-1")
    assert look_up(text, ("lines", "0", "sku")) == Unusable()


def test_a_python_rendering_is_read_too() -> None:
    assert look_up("Order(id='ORD-1', total=49.5)", ("total",)) == Found(49.5)
    assert look_up("Order(id='ORD-1', total=49.5)", ("id",)) == Found("ORD-1")


def test_a_field_is_not_found_at_the_end_of_a_longer_name() -> None:
    assert look_up("order_id: 5", ("id",)) == Unusable()


@pytest.mark.parametrize(
    "message",
    [
        Message("tool", "anything", error=True),
        Message("tool", '{"error": "timeout", "status": 0}'),
        Message("tool", "Error: the connection was reset"),
    ],
)
def test_errors_are_known_by_flag_body_or_words(message: Message) -> None:
    assert is_error(message, parse(message.content))


@pytest.mark.parametrize(
    "content", ['{"error": null, "id": 1}', '{"status": "errored"}', "no errors", "[]"]
)
def test_the_word_error_alone_is_no_error(content: str) -> None:
    assert not is_error(Message("tool", content), parse(content))
