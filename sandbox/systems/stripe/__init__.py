"""A fake of Stripe: customers, payment methods, charges, refunds, subscriptions, payouts."""

from sandbox.systems.stripe.system import Stripe

__all__ = ["Stripe"]
