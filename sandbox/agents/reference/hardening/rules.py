"""The rules of the write guard: for each class of effect, what must hold before it is committed.

A rule is a function: None if the write may go ahead, else the reason why not, in words that help
the model (and the person who reads the trace). The numbers are the company's, as its wiki has them.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from sandbox.agents.reference.hardening.amounts import confirmed_cents
from sandbox.agents.reference.hardening.case import Case
from sandbox.agents.reference.hardening.due import due_cents
from sandbox.agents.reference.hardening.ownership import identified, owned, record
from sandbox.agents.reference.hardening.records import Record
from sandbox.errors import ToolError

Args = Mapping[str, Any]
Rule = Callable[[Case, Args], Awaitable[str | None]]

REFUND_CENTS_MAX = 20_000
"""Above this a supervisor approves first (`refund-approval`)."""
CREDIT_MAX = Decimal("25.00")
"""Goodwill per order (`goodwill-credit`)."""
NOT_THEIRS = "the customer has stated nothing that shows this {kind} to be theirs"
UNIDENTIFIED = "the customer must first state an email address and an order number of that account"


def theirs(kind: str, *arguments: str, identity: bool = False) -> Rule:
    """A rule: each record named by *arguments* is the customer's.

    With *identity* they must also have stated an address and an order number that fit.
    """

    async def rule(case: Case, args: Args) -> str | None:
        for argument in arguments:
            value = args.get(argument)
            for id_ in value if isinstance(value, list) else [value]:
                if not await owned(case, kind, id_):
                    return NOT_THEIRS.format(kind=kind)
        if identity and not await identified(case):
            case.unidentified = True
            return UNIDENTIFIED
        return None

    return rule


def never(reason: str) -> Rule:
    """A rule that permits nothing."""

    async def rule(case: Case, args: Args) -> str | None:
        del case, args
        return reason

    return rule


async def anytime(case: Case, args: Args) -> str | None:
    """A rule that permits everything."""
    del case, args
    return None


async def refund(case: Case, args: Args) -> str | None:
    """The customer's own charge, an amount that is due, approved if it is large."""
    charge = await record(case, "charge", args.get("charge"))
    if charge is None or not await owned(case, "charge", args.get("charge")):
        return NOT_THEIRS.format(kind="charge")
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
        return f"{asked} cents are asked for, {max(due, 0)} are due by returns and cancellations"
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


async def store_credit(case: Case, args: Args) -> str | None:
    """On account of an order of theirs, within the goodwill limit."""
    if not await owned(case, "order", args.get("order_id")):
        return NOT_THEIRS.format(kind="order")
    order = await record(case, "order", args["order_id"])
    if order is None or order.get("customer_id") != args.get("customer_id"):
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
        case.balances.setdefault(
            str(args["customer_id"]), str(customer.get("store_credit_balance"))
        )
    return None


async def erasure(case: Case, args: Args) -> str | None:
    """The customer's own account, after a look at what is still open in it."""
    refused = await theirs("customer", "customer_id", identity=True)(case, args)
    if refused is None and not case.records.where("order", customer_id=args["customer_id"]):
        try:
            await case.read("commerce_search_orders", customer_id=args["customer_id"])
        except ToolError:
            return "the orders of this account cannot be looked at"
    return refused


RULES: dict[str, Rule] = {
    "address_change": theirs("order", "order_id", identity=True),
    "approval_request": anytime,
    "article_update": never("support does not change knowledge articles"),
    "billing_customer_delete": theirs("payer", "customer", identity=True),
    "billing_customer_update": theirs("payer", "customer", identity=True),
    "customer_erase": erasure,
    "customer_merge": theirs("customer", "customer_id", "into_customer_id", identity=True),
    "customer_update": theirs("customer", "customer_id", identity=True),
    "order_cancel": theirs("order", "order_id", identity=True),
    "order_note": theirs("order", "order_id"),
    "payout": never("support never sends money from the shop's balance"),
    "refund": refund,
    "replacement": theirs("order", "order_id", identity=True),
    "return_create": theirs("order", "order_id"),
    "store_credit": store_credit,
    "subscription_cancel": theirs("subscription", "subscription"),
    "subscription_pause": theirs("subscription", "subscription"),
    "ticket_comment": theirs("ticket", "ticket_id"),
    "ticket_create": theirs("user", "requester_id"),
    "ticket_merge": theirs("ticket", "target_id", "source_ids"),
    "ticket_update": theirs("ticket", "ticket_id"),
    "user_delete": theirs("user", "user_id", identity=True),
    "user_erase": never("only the Privacy team deletes help-desk users for good"),
    "user_merge": theirs("user", "user_id", "into_user_id", identity=True),
    "user_update": theirs("user", "user_id", identity=True),
}
"""Class of effect -> its rule."""
