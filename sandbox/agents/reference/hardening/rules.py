"""The house rules of the write guard: for each class of effect, what must hold before it."""

from __future__ import annotations

from sandbox.agents.reference.hardening.goods_rules import erasure, replacement
from sandbox.agents.reference.hardening.money_rules import approval, refund, store_credit
from sandbox.agents.reference.hardening.rule import Rule, never, theirs

_ADDRESS = ("address1", "zip", "city")

RULES: dict[str, Rule] = {
    "address_change": theirs("order", "order_id", identity=True, told=_ADDRESS),
    "approval_request": approval,
    "article_update": never("support does not change knowledge articles"),
    "billing_customer_delete": never("billing records are deleted by the Privacy team"),
    "billing_customer_update": theirs("payer", "customer", identity=True, told=("email",)),
    "customer_erase": erasure,
    "customer_merge": theirs("customer", "customer_id", "into_customer_id", identity=True),
    "customer_update": theirs(
        "customer", "customer_id", identity=True, told=("email", "phone", *_ADDRESS)
    ),
    "order_cancel": theirs("order", "order_id", identity=True),
    "order_note": theirs("order", "order_id"),
    "payout": never("support never sends money from the shop's balance"),
    "refund": refund,
    "replacement": replacement,
    "return_create": theirs("order", "order_id"),
    "store_credit": store_credit,
    "subscription_cancel": theirs("subscription", "subscription"),
    "subscription_pause": theirs("subscription", "subscription"),
    "ticket_comment": theirs("ticket", "ticket_id"),
    "ticket_create": theirs("user", "requester_id"),
    "ticket_merge": theirs("ticket", "target_id", "source_ids"),
    "ticket_update": theirs("ticket", "ticket_id"),
    "user_delete": never("help-desk users are deleted by the Privacy team"),
    "user_erase": never("help-desk users are erased by the Privacy team"),
    "user_merge": theirs("user", "user_id", "into_user_id", identity=True),
    "user_update": theirs("user", "user_id", identity=True, told=("email", "phone")),
}
"""Class of effect -> its rule. A class that is not here is never committed."""
