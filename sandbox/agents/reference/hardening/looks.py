"""Where to look whether a write was done: for each tool the read that shows it.

After a timeout this is the one safe question. A look gives the result that the lost answer would
have carried (as far as reads show it), or None: then it was not done.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from decimal import Decimal
from typing import Any

from sandbox.agents.reference.hardening.case import Case
from sandbox.errors import NotFound

Args = Mapping[str, Any]
Look = Callable[[Case, Args], Awaitable[Any]]


async def refund(case: Case, args: Args) -> Any:
    """The newest refund of the charge with this amount, made since the conversation began."""
    refunds = await case.read("stripe_list_refunds", charge=args["charge"])
    amount = args.get("amount")
    return _first(
        r for r in refunds["data"] if r["created"] >= case.began_s and amount in (None, r["amount"])
    )


async def cancelled(case: Case, args: Args) -> Any:
    """The order, if it is cancelled."""
    order = await case.read("commerce_get_order", order_id=args["order_id"])
    return order if order["cancelled_at"] else None


async def returned(case: Case, args: Args) -> Any:
    """The return of this line, made since the conversation began."""
    found = await case.read("commerce_list_returns", order_id=args["order_id"])
    return _first(
        r
        for r in found["returns"]
        if r["created_at"] >= case.began and _same(r, args, "line_item_id", "quantity")
    )


async def replaced(case: Case, args: Args) -> Any:
    """The replacement, as far as the order shows it by which it is sent."""
    order = await case.read("commerce_get_order", order_id=args["order_id"])
    found = await case.read("commerce_search_orders", customer_id=order["customer_id"])
    sent = _first(
        o
        for o in found["orders"]
        if o["created_at"] >= case.began
        and o["note"] == f"Replacement for {order['name']}"
        and any(_same(line, args, "sku", "quantity") for line in o["line_items"])
    )
    if sent is None:
        return None
    number = {"replacement_order_id": sent["id"], "replacement_order_name": sent["name"]}
    return {**args, **number, "created_at": sent["created_at"]}


async def order_note(case: Case, args: Args) -> Any:
    """The note with this text."""
    found = await case.read("commerce_list_order_notes", order_id=args["order_id"])
    return _last(n for n in found["notes"] if n["body"] == args["body"])


async def comment(case: Case, args: Args) -> Any:
    """The comment with this text."""
    found = await case.read("zendesk_list_ticket_comments", ticket_id=args["ticket_id"])
    public = args.get("public", True)
    return _last(
        c for c in found["comments"] if c["body"] == args["body"] and c["public"] is public
    )


async def ticket(case: Case, args: Args) -> Any:
    """The ticket of this customer with this subject, made since the conversation began."""
    found = await case.read("zendesk_list_user_tickets", user_id=args["requester_id"])
    return _first(
        t
        for t in found["tickets"]
        if t["created_at"] >= case.began and t["subject"] == args["subject"]
    )


async def merged_tickets(case: Case, args: Args) -> Any:
    """The merge, if all its sources are closed by one."""
    sources = sorted(args["source_ids"])
    for source in sources:
        if (
            "closed_by_merge"
            not in (await case.read("zendesk_get_ticket", ticket_id=source))["tags"]
        ):
            return None
    target = await case.read("zendesk_get_ticket", ticket_id=args["target_id"])
    return {"target_id": args["target_id"], "source_ids": sources, "ticket": target}


async def merged_users(case: Case, args: Args) -> Any:
    """The user who stays, if the other one is gone."""
    gone = await case.read("zendesk_get_user", user_id=args["user_id"])
    if gone["active"]:
        return None
    return await case.read("zendesk_get_user", user_id=args["into_user_id"])


async def merged_customers(case: Case, args: Args) -> Any:
    """The merge, if the account that should disappear is gone."""
    try:
        await case.read("commerce_get_customer", customer_id=args["customer_id"])
    except NotFound:
        return dict(args)
    return None


async def deleted_user(case: Case, args: Args) -> Any:
    """The user, if deleted."""
    user = await case.read("zendesk_get_user", user_id=args["user_id"])
    return None if user["active"] else user


async def deleted_payer(case: Case, args: Args) -> Any:
    """The customer at the payment provider, if deleted."""
    payer = await case.read("stripe_get_customer", customer=args["customer"])
    return payer if payer.get("deleted") else None


async def store_credit(case: Case, args: Args) -> Any:
    """The credit, if the customer's balance has grown by it.

    No list shows credits, so the guard has noted the balance before.
    """
    before = case.balances.get(str(args["customer_id"]))
    customer = await case.read("commerce_get_customer", customer_id=args["customer_id"])
    now = customer["store_credit_balance"]
    grown = None if before is None else Decimal(now) - Decimal(before)
    return dict(args) if grown == Decimal(args["amount"]) else None


LOOKS: dict[str, Look] = {
    "commerce_add_order_note": order_note,
    "commerce_cancel_order": cancelled,
    "commerce_create_replacement": replaced,
    "commerce_create_return": returned,
    "commerce_merge_customers": merged_customers,
    "commerce_issue_store_credit": store_credit,
    "stripe_create_refund": refund,
    "stripe_delete_customer": deleted_payer,
    "zendesk_add_comment": comment,
    "zendesk_create_ticket": ticket,
    "zendesk_delete_user": deleted_user,
    "zendesk_merge_tickets": merged_tickets,
    "zendesk_merge_users": merged_users,
}


def _same(record: Args, args: Args, *names: str) -> bool:
    return all(record.get(name) == args.get(name) for name in names)


def _first(records: Any) -> Any:
    return next(iter(records), None)


def _last(records: Any) -> Any:
    return next(reversed(list(records)), None)
