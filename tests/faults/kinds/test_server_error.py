"""5xx: usually nothing was done, behind a gateway perhaps everything."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import pytest
from pydantic import ValidationError

from sandbox.errors import ToolUnavailable
from sandbox.faults.kinds import ServerError

if TYPE_CHECKING:
    from tests.faults.conftest import OpenShop

STRIPE = {"error": {"type": "api_error", "message": "An unknown error occurred"}}
ZENDESK = {"error": "InternalError", "description": "500 Internal Server Error"}


def test_an_error_before_the_commit_leaves_nothing_behind(open_shop: OpenShop) -> None:
    shop = open_shop(ServerError(tool="stripe_*", status=503))
    with pytest.raises(ToolUnavailable, match="503 Service Unavailable") as caught:
        shop.refund()
    assert (caught.value.status, caught.value.retry_after_s) == (503, None)
    assert shop.refunds() == []
    assert shop.clock.now == pytest.approx(0.05)
    assert shop.fired() == [("server_error:stripe_*", True)]


def test_an_error_after_the_commit_leaves_the_refund_standing(open_shop: OpenShop) -> None:
    shop = open_shop(ServerError(status=504, committed=True))
    with pytest.raises(ToolUnavailable, match="504 Gateway Timeout"):
        shop.refund(1000)
    assert shop.refunds() == [1000]
    assert shop.fired() == [("server_error:*", True)]


def test_behind_a_gateway_a_refusal_is_lost_as_well(open_shop: OpenShop) -> None:
    shop = open_shop(ServerError(status=502, committed=True))
    with pytest.raises(ToolUnavailable, match="502 Bad Gateway"):
        shop.refund(999_999)


@pytest.mark.parametrize(
    ("tool", "args", "body"),
    [
        ("stripe_get_charge", {"charge": "ch_1"}, STRIPE),
        ("zendesk_get_ticket", {"ticket_id": 1}, ZENDESK),
        ("commerce_get_order", {"order_id": 9001}, {"errors": "500 Internal Server Error"}),
    ],
)  # fmt: skip
def test_the_body_is_the_vendors_own(
    open_shop: OpenShop, tool: str, args: dict[str, Any], body: dict[str, Any]
) -> None:
    with pytest.raises(ToolUnavailable) as caught:
        open_shop(ServerError(status=500)).call(tool, **args)
    assert caught.value.body == body


def test_a_status_that_is_no_server_error_is_refused() -> None:
    status: Literal[503] = 404  # type: ignore[assignment]
    with pytest.raises(ValidationError, match="500, 502, 503 or 504"):
        ServerError(status=status)
