"""What is due: how much of a charge may go back, by what the books show.

The refund policy in numbers. A model that was talked into a refund has an argument; a refund that
is due has a return, a cancelled order, a lost parcel, a second charge or a fallen price behind it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sandbox.agents.reference.hardening.amounts import in_cents
from sandbox.agents.reference.hardening.case import Case
from sandbox.agents.reference.hardening.ownership import is_payment_of, order_of_now
from sandbox.agents.reference.hardening.records import Record
from sandbox.errors import ToolError

OURS = frozenset({"damaged", "defective", "not_as_described", "wrong_item"})
"""Reasons of a return that are the shop's fault: shipping goes back, too."""
SEARCH = timedelta(days=7)
"""So long without a scan a parcel is late, then it is lost."""
DISPOSED_CENTS_MAX = 3000
"""Faulty goods up to this price need not come back, so no return stands for them."""


async def due_cents(case: Case, charge: Record, amount: int, asked: int) -> int:
    """How many cents of *charge*, which took *amount*, may be refunded now; *asked* are wanted."""
    order = await order_of_now(case, charge)
    refunded = int(charge.get("amount_refunded") or 0)
    if order is None or not is_payment_of(charge, order):
        return amount - refunded  # no order's own payment: a monthly delivery, or charged twice
    if order.get("cancelled_at") or await _lost(case, order):
        return amount - refunded
    due = await _returned(case, order, amount) - refunded
    if asked <= due:
        return due
    lines = [line for line in order.get("line_items") or [] if not _replaced(case, line)]
    if _damaged(case, order) and any(asked == _worth(x) <= DISPOSED_CENTS_MAX for x in lines):
        return asked
    drops = [await _price_drop(case, line) for line in lines]
    return asked if asked in drops else due


async def _lost(case: Case, order: Record) -> bool:
    """Whether a parcel of the order is lost, and nothing was sent again for it."""
    if not case.records.where("shipment", order_id=order["id"]):
        await _look(case, "commerce_get_shipment", order)
    parcels = case.records.where("shipment", order_id=order["id"])
    replaced = any(effect == "replacement" for effect, _ in case.written)
    return not replaced and any(_is_lost(case, parcel) for parcel in parcels)


def _is_lost(case: Case, parcel: Record) -> bool:
    """The carrier says so, or has not seen it for seven days (`lost-parcels`)."""
    if parcel.get("delivered_at"):
        return False
    scans = [event["happened_at"] for event in parcel.get("events") or []]
    long_ago = case.env.clock.wall() - SEARCH
    return parcel.get("status") == "lost" or (
        bool(scans) and max(scans) < long_ago.strftime("%Y-%m-%dT%H:%M:%SZ")
    )


async def _returned(case: Case, order: Record, amount: int) -> int:
    """The price of the lines that come back; all of the charge if all do and it is our fault."""
    if not case.records.where("return", order_id=order["id"]):
        await _look(case, "commerce_list_returns", order)
    returns = case.records.where("return", order_id=order["id"])
    lines = {line["id"]: line for line in order.get("line_items") or []}
    due, back = 0, 0
    for item in returns:
        line = lines.get(item.get("line_item_id"))
        if line is not None and not _replaced(case, line):
            due += (in_cents(line["price"]) or 0) * int(item["quantity"])
            back += int(item["quantity"])
    everything = back == sum(int(line["quantity"]) for line in lines.values())
    return amount if everything and all(r.get("reason") in OURS for r in returns) else due


async def _price_drop(case: Case, line: Mapping[str, Any]) -> int:
    """By how many cents *line* has become cheaper since; -1 if it has not."""
    try:
        product = await case.read("commerce_get_product", sku=line["sku"])
    except ToolError:
        return -1
    now = [in_cents(v["price"]) for v in product["variants"] if v["sku"] == line["sku"]]
    then = in_cents(line["price"])
    if then is None or not now or now[0] is None or now[0] >= then:
        return -1
    return (then - now[0]) * int(line["quantity"])


async def _look(case: Case, tool: str, order: Record) -> None:
    try:
        await case.read(tool, order_id=order["id"])
    except ToolError:
        case.note("due", f"{tool} does not answer")


def _damaged(case: Case, order: Record) -> bool:
    """Whether a note about damage was written on the order, as `damaged-items` asks for."""
    return any(
        effect == "order_note" and args["order_id"] == order["id"] and "damage" in args["body"]
        for effect, args in case.written
    )


def _worth(line: Mapping[str, Any]) -> int:
    return (in_cents(line["price"]) or 0) * int(line["quantity"])


def _replaced(case: Case, line: Mapping[str, Any]) -> bool:
    """Whether *line* was sent again in this conversation: goods or money, not both."""
    return any(
        effect == "replacement" and args.get("line_item_id") == line["id"]
        for effect, args in case.written
    )
