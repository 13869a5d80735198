"""The catalogue."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from sandbox.systems.commerce.base import CommerceBase, marks
from sandbox.systems.commerce.customers import escape_like
from sandbox.systems.commerce.errors import missing
from sandbox.systems.commerce.model import Product, ProductList
from sandbox.systems.operation import Latency, read
from sandbox.systems.system import Row

_SEARCH_LIMIT = 10
_WORDS = "p.title || ' ' || p.product_type || ' ' || p.vendor || ' ' || v.sku"


class Products(CommerceBase):
    """Operations on products."""

    @read("commerce:products:read", latency=Latency(0.35, 1.0))
    def search_products(
        self,
        query: Annotated[str, Field(min_length=1, description="Words of the title, or a SKU.")],
    ) -> ProductList:
        """Find products on sale that have every word of the query in title, type, vendor or SKU.

        Prices are decimal strings, like 49.99.
        """
        words = [f"%{escape_like(word)}%" for word in query.split()]
        has_word = rf"{_WORDS} LIKE ? ESCAPE '\'"
        condition = " AND ".join(["p.status = 'active'", *[has_word] * len(words)])
        rows = self.db.rows(
            "SELECT DISTINCT p.* FROM commerce_products p"  # noqa: S608
            " JOIN commerce_variants v ON v.product_id = p.id"
            f" WHERE {condition} ORDER BY p.id LIMIT ?",
            (*words, _SEARCH_LIMIT + 1),
        )
        found = self._products(rows[:_SEARCH_LIMIT])
        return ProductList(products=found, has_more=len(rows) > _SEARCH_LIMIT)

    @read("commerce:products:read", latency=Latency(0.2, 0.6))
    def get_product(
        self, sku: Annotated[str, Field(description="Stock keeping unit of one variant.")]
    ) -> Product:
        """Get the product that a SKU belongs to: all variants with price and stock, warranty."""
        row = self.db.row(
            "SELECT p.* FROM commerce_products p"
            " JOIN commerce_variants v ON v.product_id = p.id WHERE v.sku = ?",
            (sku,),
        )
        if row is None:
            raise missing("Product with SKU", sku)
        return self._products([row])[0]

    def _products(self, rows: list[Row]) -> list[Product]:
        variants: dict[int, list[Row]] = {row["id"]: [] for row in rows}
        for variant in self.db.rows(
            f"SELECT * FROM commerce_variants WHERE product_id IN ({marks(variants)}) ORDER BY id",  # noqa: S608
            list(variants),
        ):
            variants[variant["product_id"]].append(variant)
        return [Product.from_rows(row, variants[row["id"]]) for row in rows]
