"""`Commerce`: the fake shop, put together from its nouns."""

from __future__ import annotations

from typing import Any, ClassVar

from sandbox.errors import ToolError
from sandbox.systems.commerce.customers import Customers
from sandbox.systems.commerce.orders import Orders
from sandbox.systems.commerce.privacy import Privacy
from sandbox.systems.commerce.products import Products
from sandbox.systems.commerce.replacements import Replacements
from sandbox.systems.commerce.returns import Returns
from sandbox.systems.commerce.schema import DDL
from sandbox.systems.commerce.shipments import Shipments


# The operations are listed in the reverse order of the bases: customers first.
class Commerce(Privacy, Replacements, Returns, Shipments, Products, Orders, Customers):
    """The shop's admin as a support agent meets it: who ordered what, and where it is."""

    name: ClassVar[str] = "commerce"
    ddl: ClassVar[str] = DDL

    def error_body(self, error: ToolError) -> dict[str, Any]:
        """Shopify's body for wrong arguments, or for a token without the scope."""
        return {"errors": error.message}
