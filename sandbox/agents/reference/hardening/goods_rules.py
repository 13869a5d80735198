"""The rules for what is sent again, and for what disappears for good."""

from __future__ import annotations

from sandbox.agents.reference.hardening.case import Case
from sandbox.agents.reference.hardening.ownership import record
from sandbox.agents.reference.hardening.parcels import is_lost, parcels_of
from sandbox.agents.reference.hardening.rule import Args, theirs
from sandbox.errors import ToolError

_THEIR_ORDER = theirs("order", "order_id", identity=True)
_THEIR_ACCOUNT = theirs("customer", "customer_id", identity=True)


async def replacement(case: Case, args: Args) -> str | None:
    """The ordered goods once more, for an order that is paid, if the carrier's reports fit."""
    refused = await _THEIR_ORDER(case, args)
    order = await record(case, "order", args.get("order_id"))
    if refused is not None or order is None:
        return refused or "there is no such order"
    ordered = {line["id"]: line["sku"] for line in order["line_items"]}
    if ordered.get(args.get("line_item_id")) != args.get("sku") and args["reason"] != "exchange":
        return "this line of the order holds something else"
    charge = await record(case, "charge", order["payment"]["payment_gateway_reference"])
    if charge is not None and (charge.get("disputed") or _refunded(case, charge["id"])):
        return "the payment is disputed, or was given back: goods or money, not both"
    if args["reason"] == "lost_in_transit" and not any(
        is_lost(case, parcel) for parcel in await parcels_of(case, order)
    ):
        return "the carrier does not report a lost parcel"
    return None


def _refunded(case: Case, charge: str) -> bool:
    return any(effect == "refund" and args["charge"] == charge for effect, args in case.written)


async def erasure(case: Case, args: Args) -> str | None:
    """The customer's own account, after a look at what is still open in it."""
    refused = await _THEIR_ACCOUNT(case, args)
    if refused is None and not case.records.where("order", customer_id=args["customer_id"]):
        try:
            await case.read("commerce_search_orders", customer_id=args["customer_id"])
        except ToolError:
            return "the orders of this account cannot be looked at"
    return refused
