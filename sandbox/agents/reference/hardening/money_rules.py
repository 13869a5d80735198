"""The rules for money: refunds, their approval, store credit. The numbers are the company's."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from sandbox.agents.reference.hardening.amounts import confirmed_cents
from sandbox.agents.reference.hardening.case import Case
from sandbox.agents.reference.hardening.due import due_cents
from sandbox.agents.reference.hardening.ownership import owned, record
from sandbox.agents.reference.hardening.records import Record
from sandbox.agents.reference.hardening.rule import Args, not_theirs
from sandbox.errors import ToolError

REFUND_CENTS_MAX = 20_000
"""Above this a supervisor approves first (`refund-approval`)."""
CREDIT_MAX = Decimal("25.00")
"""Goodwill per order (`goodwill-credit`)."""


async def refund(case: Case, args: Args) -> str | None:
    """The customer's own charge, an amount that is due, approved if it is large."""
    charge = await record(case, "charge", args.get("charge"))
    if charge is None or not await owned(case, "charge", args.get("charge")):
        return not_theirs("charge")
    before = [a for effect, a in case.written if effect == "refund" and a["charge"] == charge["id"]]
    if before:
        # The same once more does no harm: its idempotency key makes it a question, not a payment.
        return None if before[0].get("amount") == args.get("amount") else "one case, one refund"
    amount = await confirmed_cents(case, charge)
    if amount is None:
        return "the systems disagree on the amount of this charge"
    left = amount - int(charge.get("amount_refunded") or 0)
    asked = left if args.get("amount") is None else args["amount"]
    if not isinstance(asked, int) or isinstance(asked, bool):
        return "the amount must be whole cents"
    return await _payable(case, charge, amount, asked)


async def _payable(case: Case, charge: Record, amount: int, asked: int) -> str | None:
    """Why *asked* cents of *charge*, which took *amount*, may not go back; None if they may."""
    due = await due_cents(case, charge, amount, asked)
    if asked > due:
        return f"{asked} cents are asked for, {max(due, 0)} are due by what the books show"
    if asked > REFUND_CENTS_MAX and not await _approved(case, charge["id"], asked):
        return "above 200.00 USD an approved request for this charge and amount must exist"
    return None


async def _approved(case: Case, charge: str, cents: int) -> bool:
    """Whether a supervisor has approved *cents* for *charge*, by the desk's own word."""

    def found() -> bool:
        return any(
            request.get("subject") == charge and int(request.get("amount_cents") or 0) >= cents
            for request in case.records.where("approval", status="approved")
        )

    if not found():
        try:
            await case.read("approvals_list", status="approved")
        except ToolError:
            return False
    return found()


async def approval(case: Case, args: Args) -> str | None:
    """A question about the customer's own charge or order: supervisors act on what they read."""
    subject = args.get("subject")
    if await owned(case, "charge", subject) or await owned(case, "order", subject):
        return None
    return not_theirs("charge or order")


async def store_credit(case: Case, args: Args) -> str | None:
    """On account of an order of theirs, within the goodwill limit."""
    order = await record(case, "order", args.get("order_id"))
    if order is None or not await owned(case, "order", args.get("order_id")):
        return not_theirs("order")
    if order.get("customer_id") != args.get("customer_id"):
        return "the order belongs to another account"
    earlier = [a for effect, a in case.written if effect == "store_credit"]
    try:
        total = sum(Decimal(str(a["amount"])) for a in [*earlier, args])
    except (InvalidOperation, KeyError):
        return "the amount must be a decimal text like 12.50"
    if total > CREDIT_MAX:
        return f"goodwill is at most {CREDIT_MAX} USD per order; {total} would be granted"
    customer = await record(case, "customer", args["customer_id"])
    if customer is not None:
        before = str(customer.get("store_credit_balance"))
        case.balances.setdefault(str(args["customer_id"]), before)
    return None
