"""Customers and their payment methods."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from sandbox.systems.operation import Latency, read, write
from sandbox.systems.stripe.arguments import CustomerId
from sandbox.systems.stripe.base import StripeBase
from sandbox.systems.stripe.errors import missing
from sandbox.systems.stripe.model import (
    Customer,
    DeletedCustomer,
    ListObject,
    PaymentMethod,
    SearchResult,
)
from sandbox.systems.system import Row

_SEARCH = Latency(0.4, 1.2)
_SEARCH_LIMIT = 10


class Customers(StripeBase):
    """Operations on customers."""

    @read("stripe:customers:read", latency=_SEARCH)
    def search_customers(
        self, email: Annotated[str, Field(description="Full email address; case is ignored.")]
    ) -> SearchResult[Customer]:
        """Find customers by their exact email address.

        One person may have several customers, and an address may be shared.
        """
        rows = self.db.rows(
            "SELECT * FROM stripe_customers WHERE email = ? AND NOT deleted"
            " ORDER BY created DESC, id DESC LIMIT ?",
            (email.strip(), _SEARCH_LIMIT + 1),
        )
        return SearchResult(
            url="/v1/customers/search",
            has_more=len(rows) > _SEARCH_LIMIT,
            data=[Customer.from_row(row) for row in rows[:_SEARCH_LIMIT]],
        )

    @read("stripe:customers:read", latency=Latency(0.15, 0.4))
    def get_customer(self, customer: CustomerId) -> Customer | DeletedCustomer:
        """Get a customer; one that was deleted has `deleted: true` and nothing else."""
        row = self._found("customer", customer)
        return DeletedCustomer(id=row["id"]) if row["deleted"] else Customer.from_row(row)

    @read("stripe:payment_methods:read", latency=Latency(0.2, 0.6))
    def list_payment_methods(self, customer: CustomerId) -> ListObject[PaymentMethod]:
        """List the cards and bank accounts that a customer has on file, newest first."""
        self._live_customer(customer)
        return self._list(
            "SELECT * FROM stripe_payment_methods WHERE customer = ?",
            (customer,),
            PaymentMethod.from_row,
            url=f"/v1/customers/{customer}/payment_methods",
        )

    @write(
        "stripe:customers:write",
        effect="billing_customer_update",
        target="customer",
        key_args=("email", "name"),
        latency=Latency(0.35, 1.0),
    )
    def update_customer(
        self,
        customer: CustomerId,
        email: Annotated[str | None, Field(description="New address; receipts go there.")] = None,
        name: Annotated[str | None, Field(description="New full name.")] = None,
    ) -> Customer:
        """Change a customer's email or name for billing; what is left out stays as it is."""
        row = self._live_customer(customer)
        given = {"email": email, "name": name}
        changed = {k: v for k, v in given.items() if v is not None and v != row[k]}
        if changed:
            self.db.update("stripe_customers", {"id": customer}, changed)
        return Customer.from_row({**row, **changed})

    @write(
        "stripe:customers:delete",
        effect="billing_customer_delete",
        target="customer",
        latency=Latency(0.5, 1.4),
    )
    def delete_customer(self, customer: CustomerId) -> DeletedCustomer:
        """Delete a customer for good. Cancels all their subscriptions at once.

        Charges and refunds stay for bookkeeping. It cannot be undone.
        """
        self._live_customer(customer)
        self.db.update(
            "stripe_customers",
            {"id": customer},
            {
                "deleted": 1,
                "email": None,
                "name": None,
                "phone": None,
                "description": None,
                "default_payment_method": None,
            },
        )
        self.db.execute(
            "UPDATE stripe_subscriptions SET status = 'canceled', canceled_at = ?, ended_at = ?"
            " WHERE customer = ? AND status <> 'canceled'",
            (self.now_unix(), self.now_unix(), customer),
        )
        self.db.execute(
            "UPDATE stripe_payment_methods SET customer = NULL WHERE customer = ?", (customer,)
        )
        return DeletedCustomer(id=customer)

    def _live_customer(self, customer: str) -> Row:
        row = self._found("customer", customer)
        if row["deleted"]:
            raise missing("customer", customer)
        return row
