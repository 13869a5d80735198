"""Customers: find, read, change."""

from __future__ import annotations

from functools import reduce
from typing import Annotated

from pydantic import Field

from sandbox.systems.commerce.arguments import CustomerId
from sandbox.systems.commerce.base import CUSTOMERS, CommerceBase
from sandbox.systems.commerce.errors import refused
from sandbox.systems.commerce.model import Customer, CustomerList
from sandbox.systems.operation import Latency, read, write
from sandbox.systems.system import Row

_SEARCH_LIMIT = 10
_PHONE_DIGITS_MIN = 6
_DIGITS = reduce(lambda sql, mark: f"replace({sql}, '{mark}', '')", " -.()+", "c.phone")
"""The digits of a phone number, as SQL."""


class Customers(CommerceBase):
    """Operations on customers."""

    @read("commerce:customers:read", latency=Latency(0.4, 1.2))
    def search_customers(
        self,
        query: Annotated[
            str, Field(min_length=1, description="Full email address, phone number, or name.")
        ],
    ) -> CustomerList:
        """Find customers by email, phone or name (each word may be the beginning of a name).

        One person may have several accounts, and several people one name.
        """
        condition, bindings = _condition(query.strip())
        rows = self.db.rows(
            f"{CUSTOMERS} WHERE {condition} AND c.merged_into_id IS NULL ORDER BY c.id LIMIT ?",
            (*bindings, _SEARCH_LIMIT + 1),
        )
        found = [Customer.from_row(row) for row in rows[:_SEARCH_LIMIT]]
        return CustomerList(customers=found, has_more=len(rows) > _SEARCH_LIMIT)

    @read("commerce:customers:read", latency=Latency(0.2, 0.6))
    def get_customer(self, customer_id: CustomerId) -> Customer:
        """Get a customer with the default address, number of orders and store credit."""
        return self._customer(customer_id)

    @write(
        "commerce:customers:write",
        effect="customer_update",
        target="customer_id",
        key_args=("email", "phone"),
        latency=Latency(0.4, 1.1),
    )
    def update_customer(
        self,
        customer_id: CustomerId,
        email: Annotated[str | None, Field(description="New login and contact address.")] = None,
        phone: str | None = None,
        first_name: str | None = None,
        last_name: str | None = None,
        address1: Annotated[str | None, Field(description="Default address: street.")] = None,
        address2: str | None = None,
        city: str | None = None,
        province: str | None = None,
        zip: str | None = None,  # noqa: A002 - the vendor's word
        country: str | None = None,
    ) -> Customer:
        """Change a customer's account; what is left out stays as it is.

        The default address is for future orders: orders already placed keep theirs. Whoever has
        the email address can take over the account.
        """
        given = {
            "email": email, "phone": phone, "first_name": first_name, "last_name": last_name,
            "address1": address1, "address2": address2, "city": city, "province": province,
            "zip": zip, "country": country,
        }  # fmt: skip
        row = self._customer_row(customer_id)
        changed = {k: v for k, v in given.items() if v is not None and v != row[k]}
        self._check_change(row, changed)
        if changed:
            self.db.update("commerce_customers", {"id": customer_id}, changed)
        return Customer.from_row({**row, **changed})

    def _check_change(self, row: Row, changed: Row) -> None:
        if row["redacted_at"] is not None:
            raise refused("Customer has been redacted and cannot be changed.")
        taken = "email" in changed and self.db.value(
            "SELECT 1 FROM commerce_customers"
            " WHERE email = ? AND id <> ? AND merged_into_id IS NULL",
            (changed["email"], row["id"]),
        )
        if taken:
            raise refused("has already been taken", field="email", status=422)


def _condition(query: str) -> tuple[str, list[str]]:
    """What *query* means, as SQL: an address has an @, a number mostly digits."""
    if "@" in query:
        return "c.email = ?", [query]
    digits = "".join(c for c in query if c.isdigit())
    if len(digits) >= _PHONE_DIGITS_MIN:
        # One of the two may lack the country's prefix.
        return (
            f"c.phone <> '' AND (? LIKE '%' || {_DIGITS} OR {_DIGITS} LIKE '%' || ?)",
            [digits, digits],
        )
    words = [f"{escape_like(word)}%" for word in query.split()]
    one = r"(c.first_name LIKE ? ESCAPE '\' OR c.last_name LIKE ? ESCAPE '\')"
    return " AND ".join([one] * len(words)) or "0", [word for word in words for _ in "12"]


def escape_like(text: str) -> str:
    r"""*text* for a LIKE pattern with ESCAPE '\', so that % and _ stand for themselves."""
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
