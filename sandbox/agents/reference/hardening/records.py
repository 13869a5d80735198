"""`Records`: what the systems have shown in this conversation, by kind and id."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Record = Mapping[str, Any]

SOURCES: dict[str, tuple[str, str]] = {
    "approvals_check": ("approval", ""),
    "approvals_list": ("approval", "requests"),
    "commerce_get_customer": ("customer", ""),
    "commerce_get_order": ("order", ""),
    "commerce_get_shipment": ("shipment", "shipments"),
    "commerce_list_returns": ("return", "returns"),
    "commerce_search_customers": ("customer", "customers"),
    "commerce_search_orders": ("order", "orders"),
    "commerce_track_shipment": ("shipment", ""),
    "commerce_cancel_order": ("order", ""),
    "commerce_create_return": ("return", ""),
    "stripe_get_charge": ("charge", ""),
    "stripe_get_customer": ("payer", ""),
    "stripe_list_charges": ("charge", "data"),
    "stripe_list_subscriptions": ("subscription", "data"),
    "stripe_search_customers": ("payer", "data"),
    "zendesk_create_ticket": ("ticket", ""),
    "zendesk_get_ticket": ("ticket", ""),
    "zendesk_get_user": ("user", ""),
    "zendesk_list_user_tickets": ("ticket", "tickets"),
    "zendesk_search_tickets": ("ticket", "tickets"),
    "zendesk_search_users": ("user", "users"),
}
"""Tool -> the kind of record that it shows, and the field of its list (none: one record)."""


class Records:
    """Records that were read; a later answer completes and corrects an earlier one."""

    def __init__(self) -> None:
        self._records: dict[tuple[str, str], dict[str, Any]] = {}

    def __len__(self) -> int:
        return len(self._records)

    def learn(self, tool: str, result: Any) -> None:
        """Keep the records in the *result* of *tool*."""
        kind, field = SOURCES.get(tool, ("", ""))
        if not kind or not isinstance(result, Mapping):
            return
        found = result.get(field) if field else [result]
        for record in found if isinstance(found, list) else []:
            if isinstance(record, Mapping) and "id" in record:
                known = self._records.setdefault((kind, str(record["id"])), {})
                known.update(record)

    def get(self, kind: str, id_: object) -> Record | None:
        """The record of this kind with this id, if it was seen."""
        return self._records.get((kind, str(id_)))

    def where(self, kind: str, **fields: object) -> list[Record]:
        """The records of this kind with these values, in the order of first sight."""
        return [
            record
            for (known, _), record in self._records.items()
            if known == kind and all(record.get(k) == v for k, v in fields.items())
        ]
