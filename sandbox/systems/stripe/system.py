"""`Stripe`: the fake payment system, put together from its nouns."""

from __future__ import annotations

from typing import Any, ClassVar

from sandbox.errors import ToolError
from sandbox.systems.stripe import errors
from sandbox.systems.stripe.customers import Customers
from sandbox.systems.stripe.payouts import Payouts
from sandbox.systems.stripe.refunds import Refunds
from sandbox.systems.stripe.schema import DDL
from sandbox.systems.stripe.subscriptions import Subscriptions


# The operations are listed in the reverse order of the bases: customers first, payouts last.
class Stripe(Payouts, Subscriptions, Refunds, Customers):
    """Stripe as a support agent meets it: who paid what, and giving money back."""

    name: ClassVar[str] = "stripe"
    ddl: ClassVar[str] = DDL

    def error_body(self, error: ToolError) -> dict[str, Any]:
        """Stripe's body for wrong arguments, or for a key without the permission."""
        return errors.error_body(error.message)
