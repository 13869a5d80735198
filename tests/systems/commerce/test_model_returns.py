"""The words for returns and replacements are those that the tables take."""

from __future__ import annotations

from typing import TYPE_CHECKING, get_args

import pytest

from sandbox.systems.commerce.model_returns import ReturnReason, ReturnStatus

if TYPE_CHECKING:
    from tests.systems.commerce.conftest import Desk


@pytest.mark.parametrize("reason", get_args(ReturnReason))
def test_each_reason_is_taken(desk: Desk, reason: str) -> None:
    made = desk("create_return", order_id=9001, line_item_id=90010, quantity=1, reason=reason)
    assert made["reason"] == reason


def test_each_status_is_taken(desk: Desk) -> None:
    desk("create_return", order_id=9001, line_item_id=90010, quantity=1, reason="other")
    for status in get_args(ReturnStatus):
        assert desk.shop.set_return_status(1, status).status == status
