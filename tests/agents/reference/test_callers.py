from __future__ import annotations

from typing import Any

import pytest

from sandbox.agents.reference.callers import AtOnce, Careful
from sandbox.errors import Conflict, RateLimited, ToolError, ToolTimeout, ToolUnavailable


def slow() -> ToolTimeout:
    return ToolTimeout("no answer")


class Register:
    """Notes of an order, as a shop keeps them."""

    def __init__(self) -> None:
        self.notes: list[dict[str, Any]] = []

    def add(self, **args: Any) -> dict[str, Any]:
        self.notes.append({"note_id": len(self.notes) + 1, **args})
        return self.notes[-1]

    def list(self, order_id: int) -> dict[str, Any]:
        return {"notes": [n for n in self.notes if n["order_id"] == order_id]}


@pytest.fixture
def shop(office: Any) -> Register:
    register = Register()
    office.tool("commerce_add_order_note", register.add, kind="write")
    office.tool("commerce_list_order_notes", register.list)
    office.tool("commerce_issue_store_credit", register.add, kind="write")
    office.tool("commerce_cancel_order", register.add, kind="write")
    office.tool(
        "stripe_create_refund", register.add, kind="write", idempotency_arg="idempotency_key"
    )
    return register


NOTE = {"order_id": 7, "body": "Customer called."}


# -- at once


def test_at_once_tries_three_times_more_without_waiting(office: Any, shop: Register) -> None:
    office.tools["commerce_add_order_note"].errors = [slow(), Conflict("no"), slow()]
    office.do(AtOnce(office.env())("commerce_add_order_note", NOTE))
    assert len(office.tools.calls) == 4
    assert office.clock.now == 0


def test_at_once_gives_the_last_error_up(office: Any, shop: Register) -> None:
    office.tools["commerce_add_order_note"].errors = [slow(), slow(), slow(), Conflict("no")]
    with pytest.raises(Conflict):
        office.do(AtOnce(office.env())("commerce_add_order_note", NOTE))


def test_at_once_writes_twice_when_an_answer_is_lost(office: Any, shop: Register) -> None:
    office.tools["commerce_add_order_note"].lost = [slow()]
    office.do(AtOnce(office.env())("commerce_add_order_note", NOTE))
    assert len(shop.notes) == 2


# -- careful


def test_a_lost_answer_is_looked_for_and_the_write_not_repeated(
    office: Any, shop: Register
) -> None:
    office.tools["commerce_add_order_note"].lost = [slow()]
    found = office.do(Careful(office.env())("commerce_add_order_note", NOTE))
    assert found == {"note_id": 1, **NOTE}
    assert len(shop.notes) == 1


def test_a_write_that_never_happened_is_repeated(office: Any, shop: Register) -> None:
    office.tools["commerce_add_order_note"].errors = [slow()]
    office.do(Careful(office.env())("commerce_add_order_note", NOTE))
    assert len(shop.notes) == 1
    assert office.tools.called == [
        "commerce_add_order_note", "commerce_list_order_notes", "commerce_add_order_note",
    ]  # fmt: skip


def test_another_record_is_not_taken_for_the_write(office: Any, shop: Register) -> None:
    shop.notes = [{"order_id": 7, "body": "Something else."}]
    office.tools["commerce_add_order_note"].errors = [slow()]
    office.do(Careful(office.env())("commerce_add_order_note", NOTE))
    assert len(shop.notes) == 2


def test_where_nobody_can_look_the_write_is_not_repeated(office: Any, shop: Register) -> None:
    office.tools["commerce_issue_store_credit"].lost = [slow()]
    careful = Careful(office.env())
    for _ in range(2):  # the model may ask again: it stays so
        with pytest.raises(ToolUnavailable, match="blocked by guard: it is not known"):
            office.do(careful("commerce_issue_store_credit", {"amount": "5.00"}))
    assert len(shop.notes) == 1


def test_an_addition_done_once_is_not_done_again(office: Any, shop: Register) -> None:
    careful = Careful(office.env())
    first, second = (office.do(careful("commerce_add_order_note", NOTE)) for _ in range(2))
    assert first == second
    assert len(shop.notes) == 1


def test_a_setting_may_be_done_again_and_is_retried(office: Any, shop: Register) -> None:
    office.tools["commerce_cancel_order"].lost = [slow()]
    careful = Careful(office.env())
    office.do(careful("commerce_cancel_order", {"order_id": 7}))
    assert len(office.tools.calls) == 2


def test_every_try_of_one_payment_has_the_same_key(office: Any, shop: Register) -> None:
    office.tools["stripe_create_refund"].lost = [slow()]
    careful = Careful(office.env())
    office.do(careful("stripe_create_refund", {"charge": "ch_1"}))
    office.do(careful("stripe_create_refund", {"charge": "ch_2"}))
    keys = [args["idempotency_key"] for _, args in office.tools.calls]
    assert keys[0] == keys[1] != keys[2]
    assert keys[0].startswith("c1-")


def test_the_waits_grow_and_heed_what_the_vendor_asks(office: Any, shop: Register) -> None:
    limited = RateLimited("slow down", retry_after_s=30)
    office.tools["commerce_list_order_notes"].errors = [slow(), limited, slow()]
    office.do(Careful(office.env())("commerce_list_order_notes", {"order_id": 7}))
    assert office.tools.times == [0, 2, 32, 40]


def test_a_final_error_is_not_repeated(office: Any, shop: Register) -> None:
    office.tools["commerce_list_order_notes"].errors = [Conflict("no")]
    with pytest.raises(ToolError):
        office.do(Careful(office.env())("commerce_list_order_notes", {"order_id": 7}))
    assert len(office.tools.calls) == 1


def test_a_tool_that_is_made_up_is_an_error(office: Any) -> None:
    with pytest.raises(ToolError, match="no tool nonsense"):
        office.do(Careful(office.env())("nonsense", {}))
