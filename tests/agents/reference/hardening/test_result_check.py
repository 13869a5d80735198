from __future__ import annotations

from typing import Any

from sandbox.agents.reference.hardening.answers import failure_of
from sandbox.agents.reference.hardening.result_check import ResultCheck
from sandbox.faults.kinds import SchemaDrift, ServerError


def drift(tool: str, **change: Any) -> SchemaDrift:
    return SchemaDrift(kind="schema_drift", tool=tool, changes=[change])


def test_the_model_reads_a_renamed_field_under_its_own_name(new_bench: Any) -> None:
    fault = drift("stripe_get_charge", change="renamed", field="amount", to="amount_total")
    bench = new_bench(faults=[fault])
    message = bench.through(ResultCheck(bench.case), "stripe_get_charge", charge="ch_1")
    assert '"amount": 4999' in message.text
    assert message.artifact["amount"] == 4999
    assert bench.case.records.get("charge", "ch_1")["amount"] == 4999


def test_an_answer_in_shape_is_passed_on_untouched(bench: Any) -> None:
    message = bench.through(ResultCheck(bench.case), "stripe_get_charge", charge="ch_1")
    assert message.artifact["amount"] == 4999
    assert bench.shop.notes() == ""


def test_writes_that_were_carried_out_are_noted(bench: Any) -> None:
    note = {"order_id": 9001, "body": "Seen."}
    bench.through(ResultCheck(bench.case), "commerce_add_order_note", **note)
    assert bench.case.written == [("order_note", note)]


def test_a_failing_tool_is_remembered_until_it_works(new_bench: Any) -> None:
    bench = new_bench(faults=[ServerError(kind="server_error", tool="stripe_get_charge", nth=1)])
    check = ResultCheck(bench.case)
    assert failure_of(bench.through(check, "stripe_get_charge", charge="ch_1")) is not None
    assert list(bench.case.failing) == ["stripe_get_charge"]
    bench.through(check, "stripe_get_charge", charge="ch_1")
    assert bench.case.failing == {}
