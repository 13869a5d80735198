from __future__ import annotations

import json

from sandbox.systems.effects import Change, Effect, Ledger


def effect(number: int, conversation: str = "c1") -> Effect:
    change = Change("t", ("k", 1), None, {"a": 1})
    return Effect(
        id=f"effect-{number}", call_id=f"call-{number}", turn=1, agent="agent", tool="bank_deposit",
        effect="deposit", target="a1", key_args={"amount": 5}, changes=(change,), t=1.23456789,
        conversation=conversation, changeset=b"\0",
    )  # fmt: skip


def test_an_effect_is_json_without_the_bytes_of_its_changeset() -> None:
    told = effect(1).to_dict()
    assert json.loads(json.dumps(told)) == told
    assert told["t"] == 1.234568
    assert told["changes"] == [{"table": "t", "key": ["k", 1], "before": None, "after": {"a": 1}}]
    assert "changeset" not in told


def test_the_ledger_keeps_the_order_of_commitment_and_knows_conversations() -> None:
    ledger = Ledger()
    for number, conversation in enumerate(["c1", "c2", "c1"], 1):
        ledger.append(effect(number, conversation))
    assert [e.id for e in ledger] == ["effect-1", "effect-2", "effect-3"]
    assert [e.id for e in ledger.of("c1")] == ["effect-1", "effect-3"]


def test_a_graded_conversation_is_forgotten_and_the_others_stay() -> None:
    ledger = Ledger()
    for number, conversation in enumerate(["c1", "c2"], 1):
        ledger.append(effect(number, conversation))
    ledger.clear("c1")
    assert len(ledger) == 1
    assert ledger.of("c1") == []
    assert [e.id for e in ledger.of("c2")] == ["effect-2"]
