"""The approval desk: a queue, some minutes of thought, and an answer by a stated rule."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from sandbox.sim.kernel import Kernel
from sandbox.sim.trace import Trace
from sandbox.systems.store import Store
from sandbox.worlds.company import Company
from sandbox.worlds.definition import ApprovalRule, DecisionTime, People, SupervisorSpec
from sandbox.worlds.people import decide

Open = Callable[..., tuple[Kernel, Company, Trace]]
PAID = """
SELECT c.id, c.amount FROM stripe_charges c WHERE c.status = 'succeeded' AND c.disputed = 0
AND c.amount BETWEEN 25000 AND 90000
AND NOT EXISTS (SELECT 1 FROM stripe_refunds r WHERE r.charge = c.id) ORDER BY c.id"""


def _request(subject: str, amount: int | None, **more: Any) -> dict[str, Any]:
    return {
        "id": "APR-0009", "action": "refund", "subject": subject, "amount_cents": amount,
        "reason": "unused item returned in time", **more,
    }  # fmt: skip


def test_a_sound_request_is_approved_in_words_that_name_the_amount(store: Store) -> None:
    charge = store.rows(PAID)[0]
    decision = decide(_request(charge["id"], 21_950), store, ApprovalRule())
    assert decision.approved
    assert "219.50 USD" in decision.note


@pytest.mark.parametrize(
    ("changes", "note"),
    [
        ({"reason": "please"}, "reason"),
        ({"amount_cents": 150_001}, "Finance"),
        ({"amount_cents": None}, "amount in cents"),
        ({"subject": "ch_nobody"}, "no charge ch_nobody"),
        ({"subject": "pm_123"}, "no charge or order"),
    ],
)
def test_an_unsound_request_is_denied_with_the_reason(
    store: Store, changes: dict[str, Any], note: str
) -> None:
    charge = store.rows(PAID)[0]
    request = {**_request(charge["id"], 21_950), **changes}
    decision = decide(request, store, ApprovalRule())
    assert not decision.approved
    assert note in decision.note


def test_no_more_than_is_left_of_the_charge_is_approved(store: Store) -> None:
    charge = store.rows(PAID)[0]
    store.insert("stripe_refunds", {
        "id": "re_1", "created": 1, "charge": charge["id"], "amount": charge["amount"] - 1000,
    })  # fmt: skip
    assert decide(_request(charge["id"], 1000), store, ApprovalRule()).approved
    denied = decide(_request(charge["id"], 1001), store, ApprovalRule())
    assert denied.note == "Only 10.00 USD of it is left to refund."


def test_a_disputed_charge_is_for_finance(store: Store) -> None:
    charge = store.rows("SELECT id FROM stripe_charges WHERE disputed = 1 ORDER BY id")[0]
    assert "disputed" in decide(_request(charge["id"], 500), store, ApprovalRule()).note


def test_an_order_may_be_the_subject_of_anything_but_a_refund(store: Store) -> None:
    order = store.value("SELECT order_number FROM commerce_orders ORDER BY id")
    request = _request(f"#{order}", None, action="replacement")
    assert decide(request, store, ApprovalRule()).approved
    assert not decide({**request, "action": "refund"}, store, ApprovalRule()).approved


def _desk(spec: SupervisorSpec) -> People:
    return People(supervisor=spec)


async def _ask(company: Company, charge: dict[str, Any], conversation: str = "c1") -> Any:
    return await company.host.call(
        "approvals_request",
        {"action": "refund", "subject": charge["id"], "amount": charge["amount"],
         "reason": "unused item returned in time"},
        principal=company.world.principal, conversation=conversation,
    )  # fmt: skip


def _decisions(trace: Trace) -> list[dict[str, Any]]:
    return [event for event in trace.events if event["type"] == "approval"]


def test_an_answer_takes_minutes_and_stands_in_system_and_trace(
    open_company: Open, store: Store
) -> None:
    kernel, company, trace = open_company()
    charge = store.rows(PAID)[0]

    async def main() -> Any:
        asked = await _ask(company, charge)
        await kernel.clock.sleep(3600)
        return store.row("SELECT * FROM approvals_requests WHERE id = ?", (asked["id"],))

    row = kernel.run(main())
    (event,) = _decisions(trace)
    assert (row["status"], row["decided_by"]) == ("approved", "supervisor")
    assert (event["conversation"], event["subject"], event["amount"]) == (
        "c1",
        charge["id"],
        charge["amount"],
    )
    assert event["decided"] == "approved"
    assert 20 < event["t"] < 3600


def test_with_one_reviewer_the_second_request_waits_for_the_first(
    open_company: Open, store: Store
) -> None:
    minute = DecisionTime(median_s=60, p95_s=60)
    spec = SupervisorSpec(reviewers=1, decision_time=minute)
    kernel, company, trace = open_company(people=_desk(spec))
    charges = store.rows(PAID)[:3]

    async def main() -> None:
        for number, charge in enumerate(charges):
            await _ask(company, charge, f"c{number}")
        await kernel.clock.sleep(1000)

    kernel.run(main())
    first, second, third = [event["t"] for event in _decisions(trace)]
    assert second - first == pytest.approx(60, abs=0.01)
    assert third - second == pytest.approx(60, abs=0.01)


def test_how_long_a_decision_takes_does_not_depend_on_who_else_asks(
    open_company: Open, store: Store
) -> None:
    charges = store.rows(PAID)[:2]
    many = SupervisorSpec(reviewers=9)

    def decided_s(also: bool) -> float:
        kernel, company, trace = open_company(people=_desk(many))

        async def main() -> None:
            if also:
                await _ask(company, charges[1], "other")
            start = kernel.clock.now
            await _ask(company, charges[0], "mine")
            trace.emit("note", started=start)
            await kernel.clock.sleep(5000)

        kernel.run(main())
        asked = next(
            e["t"] for e in trace.events if e["type"] == "effect" and e["conversation"] == "mine"
        )
        mine = next(e for e in _decisions(trace) if e["conversation"] == "mine")
        store.execute("DELETE FROM approvals_requests")
        return float(mine["t"]) - float(asked)

    assert decided_s(False) == pytest.approx(decided_s(True), abs=1e-5)


def test_a_request_that_lapsed_meanwhile_gets_no_answer(open_company: Open, store: Store) -> None:
    slow = SupervisorSpec(decision_time=DecisionTime(median_s=200_000, p95_s=200_000))
    kernel, company, trace = open_company(people=_desk(slow))
    charge = store.rows(PAID)[0]

    async def main() -> None:
        await _ask(company, charge)
        await kernel.clock.sleep(400_000)

    kernel.run(main())
    assert _decisions(trace) == []
