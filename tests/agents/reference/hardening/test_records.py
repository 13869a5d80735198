from __future__ import annotations

from typing import Any

from sandbox.agents.reference.hardening.records import SOURCES, Records


def test_records_are_found_by_kind_and_id_and_later_answers_win() -> None:
    records = Records()
    records.learn("commerce_search_orders", {"orders": [{"id": 1, "email": "a@b.c"}, {"id": 2}]})
    records.learn("commerce_get_order", {"id": 1, "note": "new"})
    assert records.get("order", "1") == {"id": 1, "email": "a@b.c", "note": "new"}
    assert [order["id"] for order in records.where("order")] == [1, 2]
    assert [order["id"] for order in records.where("order", note="new")] == [1]
    assert records.get("charge", 1) is None


def test_what_has_no_form_teaches_nothing() -> None:
    records = Records()
    results: list[Any] = [None, [], {}, {"orders": None}, {"orders": ["x", {"no": "id"}]}]
    for result in results:
        records.learn("commerce_search_orders", result)
    records.learn("wiki_search", {"results": [{"id": 1}]})
    assert records.where("order") == []


def test_every_source_is_a_tool_of_the_shop(new_shop: Any) -> None:
    tools = new_shop().env.tools
    assert set(SOURCES) <= set(tools)
    for tool, (_, field) in SOURCES.items():
        assert not field or field in tools[tool].result_schema["properties"]
