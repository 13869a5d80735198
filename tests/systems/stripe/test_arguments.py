"""What an agent reads about arguments."""

from __future__ import annotations

from sandbox.systems.operation import operations_of
from sandbox.systems.stripe import Stripe


def test_every_amount_names_its_unit() -> None:
    for operation in operations_of(Stripe):
        amount = operation.args_schema["properties"].get("amount")
        assert amount is None or "cents" in amount["description"]


def test_every_key_says_how_long_it_lives() -> None:
    keyed = [o for o in operations_of(Stripe) if o.idempotency_arg]
    assert len(keyed) == 4
    for operation in keyed:
        described = operation.args_schema["properties"][operation.idempotency_arg]["description"]
        assert "24 hours" in described
