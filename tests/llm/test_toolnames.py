from __future__ import annotations

import pytest

from sandbox.llm.messages import ToolSpec
from sandbox.llm.toolnames import find_tool, is_reading, words


def found(wanted: str, *offered: str) -> str | None:
    tool = find_tool(wanted, [ToolSpec(name, "", {}) for name in offered])
    return tool.name if tool is not None else None


@pytest.mark.parametrize("name", ["getOrder", "get_order", "get-order", "GetOrder", "GET_ORDER"])
def test_spellings_of_a_name_have_the_same_words(name: str) -> None:
    assert words(name) == ("get", "order")


def test_the_very_name_wins_over_a_like_one() -> None:
    assert found("get_order", "getOrder", "get_order") == "get_order"


def test_another_spelling_is_the_same_tool() -> None:
    assert found("stripe_create_refund", "stripe_list_refunds", "stripe.createRefund") == (
        "stripe.createRefund"
    )


def test_a_prefix_of_the_surface_is_no_obstacle() -> None:
    assert found("stripe_create_refund", "mcp__stripe__create_refund") is not None
    assert found("stripe_create_refund", "create_refund") == "create_refund"


def test_the_same_operation_of_another_system_is_another_tool() -> None:
    assert found("stripe_get_customer", "commerce_get_customer") is None


def test_a_word_is_matched_whole() -> None:
    assert found("wait", "await", "approvals_await") is None
    assert found("wait", "sandbox_wait") == "sandbox_wait"


def test_of_several_like_names_the_choice_is_fixed() -> None:
    offered = ("b_shop_get_order", "a_shop_get_order", "x_get_order")
    assert found("get_order", *offered) == "x_get_order"
    assert found("get_order", *reversed(offered)) == "x_get_order"


def test_a_name_without_words_finds_nothing() -> None:
    assert found("___", "get_order") is None


def test_reading_is_told_from_the_verb() -> None:
    assert is_reading("commerce_get_order")
    assert is_reading("wiki_search")
    assert not is_reading("stripe_create_refund")
    assert not is_reading("zendesk_update_ticket")
