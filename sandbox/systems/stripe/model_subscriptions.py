"""Stripe's subscription object."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel

from sandbox.systems.stripe.model import ListObject, plain
from sandbox.systems.system import Row


class Recurring(BaseModel):
    """How often a price is due."""

    interval: Literal["day", "week", "month", "year"]
    interval_count: int = 1


class Price(BaseModel):
    """What one unit costs per interval."""

    id: str
    object: Literal["price"] = "price"
    currency: str
    nickname: str | None
    product: str
    recurring: Recurring
    unit_amount: int


class SubscriptionItem(BaseModel):
    """The one line of a subscription; the billing period stands here, as in Stripe since 2025."""

    id: str
    object: Literal["subscription_item"] = "subscription_item"
    current_period_start: int
    current_period_end: int
    price: Price
    quantity: int


class PauseCollection(BaseModel):
    """A pause: invoices are void until `resumes_at` (None: until further notice)."""

    behavior: Literal["void"] = "void"
    resumes_at: int | None


class Subscription(BaseModel):
    """A recurring payment."""

    id: str
    object: Literal["subscription"] = "subscription"
    created: int
    cancel_at: int | None
    cancel_at_period_end: bool
    canceled_at: int | None
    currency: str
    customer: str
    default_payment_method: str | None
    description: str | None
    ended_at: int | None
    items: ListObject[SubscriptionItem]
    livemode: bool = False
    metadata: dict[str, str]
    pause_collection: PauseCollection | None
    status: Literal["trialing", "active", "past_due", "canceled", "unpaid"]

    @classmethod
    def from_row(cls, row: Row) -> Subscription:
        """The subscription that *row* of `stripe_subscriptions` holds."""
        price = Price(
            id=row["price_id"],
            currency=row["currency"],
            nickname=row["price_nickname"],
            product=row["product"],
            recurring=Recurring(interval=row["interval"]),
            unit_amount=row["unit_amount"],
        )
        item = SubscriptionItem(
            id=row["item_id"],
            current_period_start=row["current_period_start"],
            current_period_end=row["current_period_end"],
            price=price,
            quantity=row["quantity"],
        )
        url = f"/v1/subscription_items?subscription={row['id']}"
        resumes_at = row["pause_resumes_at"]
        return cls(
            **plain(row),
            items=ListObject(url=url, has_more=False, data=[item]),
            pause_collection=(
                None if resumes_at is None else PauseCollection(resumes_at=resumes_at or None)
            ),
        )
