from __future__ import annotations

from typing import Any

import pytest

from sandbox.content.references import ReferenceProblem
from sandbox.llm.arguments import Filled, Filler
from sandbox.llm.ledger import Ledger
from sandbox.llm.plan import Plan, ToolStep
from sandbox.sim.seeds import Seeds

STEPS = (ToolStep("order", "get_order", {}), ToolStep("refund", "create_refund", {}))


def fill(value: Any, *, sees: bool = True, **results: Any) -> Filled:
    ledger = Ledger(Plan(STEPS, {"user": {"name": "Ada"}}), lambda *_: sees)
    ledger.results.update(results)
    return Filler(ledger, lambda *_: sees, Seeds(1).uniform).fill(value, step="next")


def test_references_anywhere_in_a_value_are_replaced_with_their_types_kept() -> None:
    value = {"id": "$order.id", "lines": [{"qty": "$order.n"}], "note": "for $user.name: $order.n"}
    filled = fill(value, order={"id": "ORD-1", "n": 3})
    assert filled.value == {"id": "ORD-1", "lines": [{"qty": 3}], "note": "for Ada: 3"}
    assert (filled.useless, filled.notes) == ("", [])


def test_one_text_may_name_a_record_and_a_field_of_it() -> None:
    assert fill("$order.id of $order", order={"id": 1}).value == '1 of {"id": 1}'


def test_dollars_that_are_no_reference_stay() -> None:
    assert fill("$49.99 and $$order").value == "$49.99 and $order"


def test_a_field_that_moved_into_a_record_is_found_with_the_path_below_it() -> None:
    filled = fill("$order.buyer.email", order={"buyer_info": {"email": "a@b.c"}})
    assert filled.value == "a@b.c"
    assert filled.notes == ["took buyer_info for $order.buyer.email"]


def test_below_an_unseen_drift_the_value_is_made_up() -> None:
    filled = fill("$order.buyer.email", sees=False, order={"buyer_info": {"email": "a@b.c"}})
    assert filled.value.startswith("email_")
    assert filled.notes == ["made up $order.buyer.email"]


def test_an_empty_reading_is_useless_and_an_empty_writing_is_not_repeated() -> None:
    assert fill("$order.0.id", order=[]).useless == "order"
    written = fill("$refund.0.id", refund=[])
    assert (written.useless, written.notes) == ("", ["made up $refund.0.id"])


def test_a_step_without_a_result_has_its_values_made_up() -> None:
    filled = fill("$order.amount")
    assert isinstance(filled.value, int)
    assert filled.notes == ["made up $order.amount"]


def test_the_same_value_is_made_up_each_time() -> None:
    assert fill("$order.id") == fill("$order.id")


@pytest.mark.parametrize("text", ["$usr.name", "$user.nam"])
def test_a_reference_that_leads_nowhere_is_a_mistake_of_the_plan(text: str) -> None:
    with pytest.raises(ReferenceProblem, match="did you mean"):
        fill(text)
