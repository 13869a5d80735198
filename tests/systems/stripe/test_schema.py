"""The tables refuse what Stripe could not hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

import apsw
import pytest

if TYPE_CHECKING:
    from tests.systems.stripe.conftest import Desk


def test_each_table_belongs_to_stripe_and_is_tracked(desk: Desk) -> None:
    assert len(desk.store.schema) == 8
    assert all(name.startswith("stripe_") for name in desk.store.schema)


@pytest.mark.parametrize(
    ("table", "wrong"),
    [
        ("stripe_charges", {"status": "paid"}),
        ("stripe_charges", {"amount": 0}),
        ("stripe_charges", {"amount": "9.99"}),
        ("stripe_subscriptions", {"status": "cancelled"}),
    ],
)
def test_a_wrong_value_is_refused(desk: Desk, table: str, wrong: dict[str, object]) -> None:
    with pytest.raises(apsw.ConstraintError):
        desk.store.execute(f"UPDATE {table} SET {next(iter(wrong))} = ?", tuple(wrong.values()))
