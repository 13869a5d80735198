from __future__ import annotations

from typing import Any

import pytest
from langchain_core.messages import AIMessage, HumanMessage

from sandbox.errors import NotFound, ToolUnavailable
from sandbox.faults.kinds import SchemaDrift, ServerError


def test_only_the_customers_own_words_are_listened_to(bench: Any) -> None:
    bench.case.listen([*bench.messages, AIMessage("Is it bob@example.com?"), HumanMessage("No.")])
    assert bench.case.stated.emails == {"ada@example.com"}


def test_the_first_reason_to_stop_stands(bench: Any) -> None:
    bench.case.stop("one", "first")
    bench.case.stop("two", "second")
    assert bench.case.stopped == "first"
    assert bench.shop.notes() == "one: stop: first"


def test_a_guards_read_teaches_and_is_mended(new_bench: Any) -> None:
    change: Any = {"change": "renamed", "field": "amount", "to": "amount_total"}
    drift = SchemaDrift(kind="schema_drift", tool="stripe_get_charge", changes=[change])
    bench = new_bench(faults=[drift])
    assert bench.read("stripe_get_charge", charge="ch_1")["amount"] == 4999
    assert bench.case.records.get("charge", "ch_1")["amount"] == 4999
    assert "amount was called amount_total" in bench.shop.notes()
    assert bench.case.unreadable == set()


def test_what_cannot_be_mended_marks_the_tool(new_bench: Any) -> None:
    change: Any = {"change": "removed", "field": "status"}
    drift = SchemaDrift(kind="schema_drift", tool="stripe_get_charge", changes=[change])
    bench = new_bench(faults=[drift])
    bench.read("stripe_get_charge", charge="ch_1")
    assert bench.case.unreadable == {"stripe_get_charge"}


def test_a_guards_read_is_patient_up_to_a_point(new_bench: Any) -> None:
    down = ServerError(kind="server_error", tool="stripe_get_charge", nth=1)
    bench = new_bench(faults=[down])
    assert bench.read("stripe_get_charge", charge="ch_1")["amount"] == 4999
    bench = new_bench(faults=[ServerError(kind="server_error", tool="stripe_get_charge")])
    with pytest.raises(ToolUnavailable):
        bench.read("stripe_get_charge", charge="ch_1")
    assert len(bench.shop.calls("stripe_get_charge")) == 5


def test_what_will_not_pass_is_not_read_again(bench: Any) -> None:
    with pytest.raises(NotFound):
        bench.read("stripe_get_charge", charge="ch_none")
    assert len(bench.shop.calls("stripe_get_charge")) == 1
