"""The approval desk: supervisors who take requests from a queue, think, and answer by a rule."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from dataclasses import dataclass
from typing import Any

import simpy

from sandbox.errors import ToolError
from sandbox.sim.clock import Clock
from sandbox.sim.seeds import Seeds
from sandbox.sim.trace import Trace
from sandbox.systems.approvals import Approvals
from sandbox.systems.store import Store
from sandbox.systems.system import WORLD
from sandbox.worlds.definition import ApprovalRule, SupervisorSpec

_REFUND_LEFT = """
SELECT c.status, c.disputed, c.amount - (
    SELECT coalesce(sum(r.amount), 0) FROM stripe_refunds r
    WHERE r.charge = c.id AND r.status NOT IN ('failed', 'canceled')) AS cents_left
FROM stripe_charges c WHERE c.id = ?"""
_APPROVED_ALREADY = """
SELECT id FROM approvals_requests
WHERE status = 'approved' AND subject = ? AND action = ? AND id <> ? ORDER BY id"""
_ORDER = "SELECT id FROM commerce_orders WHERE CAST(id AS TEXT) = ?1 OR '#' || order_number = ?1"


@dataclass(frozen=True, slots=True)
class Decision:
    """A supervisor's answer and its reason."""

    approved: bool
    note: str


def decide(request: Mapping[str, Any], store: Store, rule: ApprovalRule) -> Decision:
    """The answer to *request* (a row of `approvals_requests`), from what the systems say now.

    It is yes when the record exists, the reason says something, the amount stays under the desk's
    own limit, and, for money back, the charge has that much left, is not disputed, and no earlier
    approval for it is still in hand.
    """
    amount = request["amount_cents"]
    if len(request["reason"].split()) < rule.reason_words_min:
        return Decision(False, "Please give a reason that I can check.")
    if amount is not None and amount > rule.amount_max:
        return Decision(False, f"Above {_usd(rule.amount_max)}: hand this to Finance.")
    if request["subject"].startswith("ch_") and "stripe_charges" in store.schema:
        return _about_charge(request, store)
    if "commerce_orders" in store.schema and store.row(_ORDER, (request["subject"],)) is None:
        return Decision(False, f"I find no charge or order {request['subject']}.")
    if "refund" in request["action"].casefold():
        return Decision(False, "Name the charge (ch_...) that the refund is for.")
    return Decision(True, "Approved.")


def _about_charge(request: Mapping[str, Any], store: Store) -> Decision:
    charge, amount = request["subject"], request["amount_cents"]
    found = store.row(_REFUND_LEFT, (charge,))
    if found is None:
        return Decision(False, f"There is no charge {charge}.")
    earlier = store.value(_APPROVED_ALREADY, (charge, request["action"], request["id"]))
    left = found["cents_left"]
    refusals = (
        (found["disputed"], "The charge is disputed: hand this to Finance."),
        (found["status"] != "succeeded", "That charge took no money."),
        (amount is None, "Please state the amount in cents."),
        (amount is not None and amount > left, f"Only {_usd(left)} of it is left to refund."),
        (earlier is not None, f"{earlier} for this charge is approved already."),
    )
    for refused, note in refusals:
        if refused:
            return Decision(False, note)
    return Decision(True, f"Approved: {_usd(amount)} to the original payment method.")


class SupervisorDesk:
    """Answers the approval requests of an episode, each after its time in the queue.

    It hears of a request by the effect that the request commits, so that one that a fault has
    swallowed is never answered.
    """

    def __init__(
        self,
        spec: SupervisorSpec,
        approvals: Approvals,
        *,
        store: Store,
        clock: Clock,
        seeds: Seeds,
        trace: Trace,
    ) -> None:
        self.spec = spec
        self.approvals = approvals
        self.store = store
        self.clock = clock
        self.seeds = seeds
        self.trace = trace
        self.reviewers = simpy.Resource(clock.env, capacity=spec.reviewers)
        self._latency = spec.decision_time.latency()
        trace.listen(self._heard)

    def _heard(self, event: Mapping[str, Any]) -> None:
        if event["type"] != "effect" or event["effect"] != "approval_request":
            return
        for change in event["changes"]:
            if change["table"] == "approvals_requests" and change["before"] is None:
                request_id = str(change["key"][0])
                self.clock.env.process(self._review(request_id, event["conversation"]))

    def _review(self, request_id: str, conversation: str) -> Generator[simpy.Event, Any, None]:
        with self.reviewers.request() as turn:
            yield turn
            row = self._row(request_id)
            # By what is asked, not by the request's number: how long a decision takes must not
            # depend on how many other conversations have asked before.
            key = (conversation, row["action"], row["subject"], row["amount_cents"] or 0)
            yield self.clock.env.timeout(self._latency.draw_s(self.seeds.uniform("decision", *key)))
        self._answer(self._row(request_id), conversation)

    def _answer(self, row: Mapping[str, Any], conversation: str) -> None:
        decision = decide(row, self.store, self.spec.approves)
        try:
            self.approvals.principal = WORLD
            with self.store.transaction():
                self.approvals.decide(
                    row["id"], approved=decision.approved, by="supervisor", note=decision.note
                )
        except ToolError:
            return  # lapsed, or decided by somebody else meanwhile
        self.trace.emit(
            "approval", conversation=conversation, request=row["id"], action=row["action"],
            subject=row["subject"], amount=row["amount_cents"], note=decision.note,
            decided="approved" if decision.approved else "denied",
        )  # fmt: skip

    def _row(self, request_id: str) -> Mapping[str, Any]:
        row = self.store.row("SELECT * FROM approvals_requests WHERE id = ?", (request_id,))
        assert row is not None, request_id
        return row


def _usd(cents: int) -> str:
    return f"{cents // 100:,}.{cents % 100:02d} USD"
