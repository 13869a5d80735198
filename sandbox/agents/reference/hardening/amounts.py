"""Amounts: no money moves on the word of a single source.

The payment provider counts in cents, the shop writes decimals. If one of them changes its unit, or
a field is taken for another, both still look well-formed. Only comparing the two shows it.
"""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any

from langchain.agents.middleware import AgentMiddleware, ToolCallRequest
from langchain_core.messages import ToolMessage

from sandbox.agents.reference.hardening.answers import answer, failure_of
from sandbox.agents.reference.hardening.case import Case
from sandbox.agents.reference.hardening.idempotency import Handler
from sandbox.agents.reference.hardening.ownership import order_of, order_of_now
from sandbox.agents.reference.hardening.records import SOURCES, Record
from sandbox.errors import ToolError


class AmountCheck(AgentMiddleware[Any, Any, Any]):
    """Compares each charge that is shown with the order that it paid.

    Where they differ a third source decides, the payment intent: two against one. The model is
    shown the amount that two sources agree on. Where all three differ, a person must look.
    """

    def __init__(self, case: Case) -> None:
        super().__init__()
        self.case = case

    async def awrap_tool_call(self, request: ToolCallRequest, handler: Handler) -> ToolMessage:
        """Compare the charges in the answer."""
        name = request.tool_call["name"]
        message: ToolMessage = await handler(request)
        kind, field = SOURCES.get(name, ("", ""))
        if kind != "charge" or failure_of(message) is not None:
            return message
        shown = message.artifact
        charges = shown.get(field) or [] if field else [shown]
        checked = [await self._checked(charge) for charge in charges]
        if checked == charges:
            return message
        self.case.records.learn(name, {field: checked} if field else checked[0])
        return answer(request, {**shown, field: checked} if field else checked[0])

    async def _checked(self, charge: Any) -> Any:
        if not isinstance(charge, dict) or "id" not in charge or not order_of(self.case, charge):
            return charge
        amount = await confirmed_cents(self.case, charge)
        if amount is None or amount == charge.get("amount"):
            return charge
        self.case.note("amounts", f"{charge['id']}: {charge.get('amount')} is {amount} cents")
        return {**charge, "amount": amount}


async def confirmed_cents(case: Case, charge: Record) -> int | None:
    """The amount of *charge* in cents that two sources agree on; None if no two do.

    A charge that belongs to no order (a subscription) is compared with its payment intent alone.
    """
    shown = charge.get("amount")
    order = await order_of_now(case, charge)
    if order is not None and in_cents(order.get("total_price")) == shown:
        return shown
    intended = await _intended(case, charge)
    said = [shown, intended] if order is None else [in_cents(order.get("total_price")), intended]
    if intended is None or said[0] != said[1]:
        case.stop("amounts", f"systems disagree on the amount of {charge['id']}")
        return None
    return intended


def in_cents(price: Any) -> int | None:
    """A price in units, as text or number, in cents; None if it is none."""
    try:
        cents = Decimal(str(price)) * 100
    except InvalidOperation:
        return None
    return int(cents) if cents == int(cents) else None


async def _intended(case: Case, charge: Record) -> int | None:
    intent = charge.get("payment_intent")
    if intent is None:
        return None
    try:
        found = await case.read("stripe_get_payment_intent", payment_intent=intent)
    except ToolError:
        return None
    amount = found.get("amount")
    return amount if isinstance(amount, int) else None
