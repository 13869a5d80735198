"""Whose record is it? The customer's, if it leads to an identifier that the customer has stated.

The model's word does not count here: it may have confused two records, or have been talked into a
third. Each check follows the links that the systems themselves show, and reads what is missing.
"""

from __future__ import annotations

from typing import Any

from sandbox.agents.reference.hardening.case import Case
from sandbox.agents.reference.hardening.records import Record
from sandbox.errors import ToolError

READS = {
    "charge": ("stripe_get_charge", "charge"),
    "customer": ("commerce_get_customer", "customer_id"),
    "order": ("commerce_get_order", "order_id"),
    "payer": ("stripe_get_customer", "customer"),
    "ticket": ("zendesk_get_ticket", "ticket_id"),
    "user": ("zendesk_get_user", "user_id"),
}
"""Kind of record -> the tool that reads one, and its argument."""


async def record(case: Case, kind: str, id_: Any) -> Record | None:
    """The record, read now if it was not seen before; None if it cannot be had."""
    known = case.records.get(kind, id_)
    if known is None and id_ is not None and kind in READS:
        tool, argument = READS[kind]
        try:
            await case.read(tool, **{argument: id_})
        except ToolError:
            return None
        known = case.records.get(kind, id_)
    return known


async def owned(case: Case, kind: str, id_: Any) -> bool:
    """Whether this record is the customer's."""
    found = await record(case, kind, id_)
    if found is None:
        return False
    links = _LINKS.get(kind)
    return links is not None and await links(case, found)


async def identified(case: Case) -> bool:
    """Whether the customer has stated an email address and an order number that belong together."""
    orders = case.records.where("order")
    if not any(case.stated.has_order(order.get("name")) for order in orders):
        for number in sorted(case.stated.orders):
            try:
                await case.read("commerce_search_orders", name=f"#{number}")
            except ToolError:
                continue
        orders = case.records.where("order")
    for order in orders:
        if case.stated.has_order(order.get("name")) and await _by_email(case, order):
            return True
    return False


async def _person(case: Case, person: Record) -> bool:
    return case.stated.has_email(person.get("email"))


async def _order(case: Case, order: Record) -> bool:
    # Where no address was stated, the number has to do; against a stated one it proves nothing.
    by_number = not case.stated.emails and case.stated.has_order(order.get("name"))
    return by_number or await _by_email(case, order)


async def _by_email(case: Case, order: Record) -> bool:
    if case.stated.has_email(order.get("email")):
        return True
    return await owned(case, "customer", order.get("customer_id"))


async def _ticket(case: Case, ticket: Record) -> bool:
    # A ticket is where things are written down and handed over: here the number of an order of its
    # requester is enough, or that the customer's own message stands in it.
    if case.stated.said(ticket.get("description")):
        return True
    user = await record(case, "user", ticket.get("requester_id"))
    if user is None:
        return False
    return await _person(case, user) or any(
        case.stated.has_order(order.get("name"))
        and (
            str(order.get("customer_id")) == user.get("external_id")
            or order.get("email") == user.get("email")
        )
        for order in case.records.where("order")
    )


async def _subscription(case: Case, subscription: Record) -> bool:
    return await owned(case, "payer", subscription.get("customer"))


async def _charge(case: Case, charge: Record) -> bool:
    order = await order_of_now(case, charge)
    if order is not None and await _order(case, order):
        return True
    return await owned(case, "payer", charge.get("customer"))


def order_of(case: Case, charge: Record) -> Record | None:
    """The order, among those seen, that *charge* was taken for: one of the two names the other."""
    orders = case.records.where("order")
    paid = next((order for order in orders if is_payment_of(charge, order)), None)
    return paid or case.records.get("order", _order_id(charge))


async def order_of_now(case: Case, charge: Record) -> Record | None:
    """The same, and where it was not seen yet, it is read."""
    return order_of(case, charge) or await record(case, "order", _order_id(charge))


def is_payment_of(charge: Record, order: Record) -> bool:
    """Whether *order* names *charge* as its payment. A second charge for it, it does not name."""
    payment = order.get("payment")
    return isinstance(payment, dict) and payment.get("payment_gateway_reference") == charge["id"]


def _order_id(charge: Record) -> Any:
    metadata = charge.get("metadata")
    return metadata.get("order_id") if isinstance(metadata, dict) else None


_LINKS = {
    "charge": _charge, "customer": _person, "order": _order, "payer": _person,
    "subscription": _subscription, "ticket": _ticket, "user": _person,
}  # fmt: skip
"""Kind of record -> what leads from it to the customer."""
