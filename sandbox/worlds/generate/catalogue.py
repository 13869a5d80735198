"""The shop's catalogue, from the world's `products.csv`."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated

from pydantic import Field

from sandbox.content.model import ContentModel
from sandbox.content.table import load_table
from sandbox.worlds.generate.context import DAY_S, Context

_FIRST_ID = 5_200_001
_FIRST_VARIANT = 5_700_001
_REDUCED_SHARE = 0.09


class ProductRow(ContentModel):
    """One row of products.csv."""

    sku: str
    name: str
    category: str
    price: Annotated[Decimal, Field(gt=0, decimal_places=2)]
    warranty_months: Annotated[int, Field(ge=0)]
    returnable: bool


@dataclass(frozen=True, slots=True)
class Product:
    """Something on sale."""

    id: int
    variant_id: int
    sku: str
    name: str
    category: str
    cents: int
    """The price today."""
    cents_before: int
    """The price before the last reduction; equal to today's if there was none."""
    reduced_s: int
    """When the price was reduced."""
    warranty_months: int
    returnable: bool
    stock: int
    popularity: float

    def cents_at(self, seconds: int) -> int:
        """The price at unix time *seconds*."""
        return self.cents if seconds >= self.reduced_s else self.cents_before


def catalogue(context: Context) -> list[Product]:
    """The products with today's prices, stock and popularity."""
    rng = context.seeds.stream("catalogue")
    products: list[Product] = []
    for number, row in enumerate(load_table(context.file("products.csv"), ProductRow)):
        before = int(row.price * 100)
        now, since = before, 0
        if rng.random() < _REDUCED_SHARE and before > 2000:
            # Reduced by 5 to 20 percent some days ago: those who bought shortly before may ask
            # for the difference (price match).
            now = before - before * rng.choice((5, 10, 15, 20)) // 100
            since = context.epoch_s - rng.randrange(2 * DAY_S, 6 * DAY_S)
        stock = 0 if rng.random() < 0.04 else int(rng.lognormvariate(4.2, 0.8))
        products.append(
            Product(
                id=_FIRST_ID + number,
                variant_id=_FIRST_VARIANT + number,
                sku=row.sku,
                name=row.name,
                category=row.category,
                cents=now,
                cents_before=before,
                reduced_s=since,
                warranty_months=row.warranty_months,
                returnable=row.returnable,
                stock=stock,
                # Cheap things sell more often, and a few sell very often.
                popularity=rng.paretovariate(1.5) * (20 + before / 100) ** -0.3,
            )
        )
    return products
