"""What is due: how much of a charge may go back, by what the books show.

The refund policy in numbers. A model that was talked into a refund has an argument; a refund that
is due has a return, a cancelled order, a lost parcel, a second charge or a fallen price behind it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sandbox.agents.reference.hardening.amounts import in_cents
from sandbox.agents.reference.hardening.case import Case
from sandbox.agents.reference.hardening.ownership import is_payment_of, order_of_now
from sandbox.agents.reference.hardening.parcels import came_late, is_lost, parcels_of
from sandbox.agents.reference.hardening.records import Record
from sandbox.errors import ToolError

Line = Mapping[str, Any]

OURS = frozenset({"damaged", "defective", "not_as_described", "wrong_item"})
"""Reasons of a return that are the shop's fault: shipping goes back, too."""
EXPRESS_CENTS = 1495
"""The fee that goes back where an express parcel was late (`shipping-times`)."""
RENEWAL_S = 7 * 24 * 3600
"""How long the renewal of a monthly delivery may be taken back."""
WORD_CENTS_MAX = 3000
"""Goods up to this price need not come back: here the customer's word is enough."""


async def due_cents(case: Case, charge: Record, amount: int, asked: int) -> int:
    """How many cents of *charge*, which took *amount*, may be refunded now; *asked* are wanted."""
    order = await order_of_now(case, charge)
    refunded = int(charge.get("amount_refunded") or 0)
    if order is None:
        return amount - refunded if _just_renewed(case, charge) else 0
    if not is_payment_of(charge, order):
        return amount - refunded  # the order names another charge: this one was taken on top
    parcels = await parcels_of(case, order)
    if order.get("cancelled_at") or (
        any(is_lost(case, parcel) for parcel in parcels) and not _replaced(case)
    ):
        return amount - refunded
    due = await _returned(case, order, amount) - refunded
    if asked <= due or refunded:
        return due
    lines = [line for line in order["line_items"] if not _replaced(case, line)]
    fee = amount - sum(_worth(line) for line in order["line_items"])
    single = [EXPRESS_CENTS] if fee == EXPRESS_CENTS and any(map(came_late, parcels)) else []
    if case.stated.tells_of_missing and len(order["line_items"]) > 1:
        single += [_worth(line) for line in lines]
    if case.stated.tells_of_fault:
        single += _small(lines, amount)
    if asked not in single:
        single += [await _price_drop(case, line) for line in lines]
    return asked if asked in single else due


def _just_renewed(case: Case, charge: Record) -> bool:
    """Whether *charge* paid a monthly delivery a few days ago (`subscriptions`)."""
    age_s = case.env.clock.wall_s() - int(charge["created"])
    return "subscription" in (charge.get("metadata") or {}) and age_s <= RENEWAL_S


async def _returned(case: Case, order: Record, amount: int) -> int:
    """The price of the lines that come back; all of the charge if all do and it is our fault."""
    if not case.records.where("return", order_id=order["id"]):
        try:
            await case.read("commerce_list_returns", order_id=order["id"])
        except ToolError:
            case.note("due", f"the returns of order {order['id']} cannot be looked at")
    returns = case.records.where("return", order_id=order["id"])
    lines = {line["id"]: line for line in order["line_items"]}
    due, back = 0, 0
    for item in returns:
        line = lines.get(item.get("line_item_id"))
        if line is not None and not _replaced(case, line):
            due += (in_cents(line["price"]) or 0) * int(item["quantity"])
            back += int(item["quantity"])
    everything = back == sum(int(line["quantity"]) for line in lines.values())
    return amount if everything and all(r.get("reason") in OURS for r in returns) else due


def _small(lines: list[Line], amount: int) -> list[int]:
    """What may be due for faulty goods that need not come back."""
    worth = [_worth(line) for line in lines]
    due = [cents for cents in worth if cents <= WORD_CENTS_MAX]
    return [*due, sum(worth), amount] if len(due) == len(worth) else due


async def _price_drop(case: Case, line: Line) -> int:
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


def _worth(line: Line) -> int:
    return (in_cents(line["price"]) or 0) * int(line["quantity"])


def _replaced(case: Case, line: Line | None = None) -> bool:
    """Whether *line* (or anything) was sent again just now: goods or money, not both."""
    return any(
        effect == "replacement" and (line is None or args.get("line_item_id") == line["id"])
        for effect, args in case.written
    )
