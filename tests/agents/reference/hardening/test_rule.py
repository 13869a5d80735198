from __future__ import annotations

from typing import Any

from sandbox.agents.reference.hardening.rule import UNIDENTIFIED, Rule, never, theirs

ADDRESS = theirs("order", "order_id", identity=True, told=("address1", "zip"))
MOVE = {"order_id": 9001, "address1": "1 Dock Rd", "zip": "LS1 4AP"}


def why_not(bench: Any, rule: Rule, **args: Any) -> str | None:
    reason: str | None = bench.do(lambda: rule(bench.case, args))
    return reason


def test_every_record_named_must_be_theirs(bench: Any) -> None:
    merge = theirs("ticket", "target_id", "source_ids")
    assert why_not(bench, merge, target_id=3001, source_ids=[3001]) is None
    assert "this ticket to be theirs" in str(
        why_not(bench, merge, target_id=3001, source_ids=[3001, 3002])
    )
    assert "this ticket to be theirs" in str(why_not(bench, merge, target_id=None, source_ids=[]))


def test_who_is_not_identified_is_remembered_to_be_asked(new_bench: Any) -> None:
    bench = new_bench("I am ada@example.com, send it to 1 Dock Rd, LS1 4AP")
    assert why_not(bench, ADDRESS, **MOVE) == UNIDENTIFIED
    assert bench.case.unidentified


def test_new_values_must_stand_in_the_customers_own_words(new_bench: Any) -> None:
    bench = new_bench("ada@example.com, #10001. My new zip is LS1 4AP.")
    assert why_not(bench, ADDRESS, **MOVE) is None
    assert why_not(bench, ADDRESS, **{**MOVE, "zip": "LS1 4AQ"}) == (
        "the customer has not written zip 'LS1 4AQ'"
    )
    assert "address1" in str(why_not(bench, ADDRESS, **{**MOVE, "address1": "PO Box 118"}))


def test_never_is_never(bench: Any) -> None:
    assert why_not(bench, never("no"), amount=1) == "no"
