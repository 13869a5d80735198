"""Subscriptions: list, pause, cancel."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from sandbox.systems.operation import Latency, read, write
from sandbox.systems.stripe.arguments import CustomerId, IdempotencyKey
from sandbox.systems.stripe.base import StripeBase
from sandbox.systems.stripe.errors import missing, refused
from sandbox.systems.stripe.model import ListObject
from sandbox.systems.stripe.model_subscriptions import Subscription
from sandbox.systems.system import Row

SubscriptionId = Annotated[str, Field(description="Subscription id: sub_...")]
_CHANGE = Latency(0.5, 1.5)


class Subscriptions(StripeBase):
    """Operations on subscriptions."""

    @read("stripe:subscriptions:read", latency=Latency(0.25, 0.7))
    def list_subscriptions(self, customer: CustomerId) -> ListObject[Subscription]:
        """List a customer's subscriptions, newest first; canceled ones are not shown.

        Prices are in cents, times in unix seconds.
        """
        self._found("customer", customer, param="customer")
        return self._list(
            "SELECT * FROM stripe_subscriptions WHERE customer = ? AND status <> 'canceled'",
            (customer,),
            Subscription.from_row,
            url="/v1/subscriptions",
        )

    @write(
        "stripe:subscriptions:write",
        effect="subscription_cancel",
        target="subscription",
        key_args=("cancel_at_period_end",),
        latency=_CHANGE,
        idempotency_arg="idempotency_key",
    )
    def cancel_subscription(
        self,
        subscription: SubscriptionId,
        at_period_end: Annotated[
            bool, Field(description="True: runs until the paid period ends. False: ends at once.")
        ] = True,
        idempotency_key: IdempotencyKey = None,
    ) -> Subscription:
        """Cancel a subscription. No money is given back; that takes a refund of its own.

        One that has ended cannot be started again.
        """
        endpoint = f"/v1/subscriptions/{subscription}"
        params = {"at_period_end": at_period_end}
        before = self._answered(endpoint, idempotency_key, params, Subscription)
        if before is not None:
            return before
        row = self._running(subscription)
        if at_period_end:
            # A repetition changes nothing, not even the time at which it was asked for.
            changed = {} if row["cancel_at_period_end"] else self._ends_with_period(row)
        else:
            now = self.now_unix()
            changed = {"status": "canceled", "canceled_at": now, "ended_at": now}
            changed |= {"cancel_at_period_end": 0, "cancel_at": None}
        return self._changed(row, changed, endpoint, idempotency_key, params)

    @write(
        "stripe:subscriptions:write",
        effect="subscription_pause",
        target="subscription",
        key_args=("resumes_at",),
        latency=_CHANGE,
        idempotency_arg="idempotency_key",
    )
    def pause_subscription(
        self,
        subscription: SubscriptionId,
        resumes_at: Annotated[
            int | None,
            Field(ge=1, description="Unix seconds. Left out: paused until further notice."),
        ] = None,
        idempotency_key: IdempotencyKey = None,
    ) -> Subscription:
        """Pause a subscription: it stays, but nothing is charged until it resumes."""
        endpoint = f"/v1/subscriptions/{subscription}"
        params = {"pause_collection": "void", "resumes_at": resumes_at}
        before = self._answered(endpoint, idempotency_key, params, Subscription)
        if before is not None:
            return before
        row = self._running(subscription)
        if resumes_at is not None and resumes_at <= self.now_unix():
            message = "`pause_collection[resumes_at]` must be a timestamp in the future."
            raise refused(None, message, param="pause_collection[resumes_at]")
        stored = resumes_at or 0
        changed = {} if row["pause_resumes_at"] == stored else {"pause_resumes_at": stored}
        return self._changed(row, changed, endpoint, idempotency_key, params)

    def _running(self, subscription: str) -> Row:
        row = self._found("subscription", subscription)
        if row["status"] == "canceled":
            # Stripe answers for an ended subscription as for one that never was.
            raise missing("subscription", subscription)
        return row

    def _ends_with_period(self, row: Row) -> Row:
        return {
            "cancel_at_period_end": 1,
            "cancel_at": row["current_period_end"],
            "canceled_at": self.now_unix(),
        }

    def _changed(
        self, row: Row, changed: Row, endpoint: str, key: str | None, params: Row
    ) -> Subscription:
        """Write *changed*; the subscription as it stands then."""
        after = Subscription.from_row({**row, **changed})
        if changed:
            self.db.update("stripe_subscriptions", {"id": row["id"]}, changed)
            self._remember(endpoint, key, params, after)
        return after
