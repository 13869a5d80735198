"""429: refused at once, with or without a time to come back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from sandbox.errors import RateLimited
from sandbox.faults.fault import Window
from sandbox.faults.kinds import RateLimit

if TYPE_CHECKING:
    from tests.faults.conftest import OpenShop

COMMERCE = "Exceeded 2 calls per second for api client. Reduce request rates."


def test_the_call_is_refused_at_once_and_told_when_to_come_back(open_shop: OpenShop) -> None:
    shop = open_shop(RateLimit(tool="stripe_create_refund", retry_after_s=45))
    with pytest.raises(RateLimited, match="429 Too Many Requests") as caught:
        shop.refund()
    assert (caught.value.status, caught.value.retry_after_s) == (429, 45)
    assert caught.value.to_dict()["retry_after_s"] == 45
    assert shop.clock.now < 0.1
    assert shop.refunds() == []
    assert shop.fired() == [("rate_limit:stripe_create_refund", True)]


def test_without_a_header_nobody_says_when(open_shop: OpenShop) -> None:
    with pytest.raises(RateLimited) as caught:
        open_shop(RateLimit(retry_after_s=None)).refund()
    assert "retry_after_s" not in caught.value.to_dict()


@pytest.mark.parametrize(
    ("tool", "args", "path", "value"),
    [
        ("stripe_get_charge", {"charge": "ch_1"}, ("error", "code"), "rate_limit"),
        ("zendesk_get_ticket", {"ticket_id": 1}, ("error",), "APIRateLimitExceeded"),
        ("commerce_get_order", {"order_id": 9001}, ("errors",), COMMERCE),
        ("wiki_get_article", {"slug": "refund-policy"}, ("statusCode",), 429),
    ],
)  # fmt: skip
def test_the_body_is_the_vendors_own(
    open_shop: OpenShop, tool: str, args: dict[str, Any], path: tuple[str, ...], value: object
) -> None:
    with pytest.raises(RateLimited) as caught:
        open_shop(RateLimit()).call(tool, **args)
    found: Any = caught.value.body
    for key in path:
        found = found[key]
    assert found == value


def test_who_waits_until_the_window_is_over_gets_through(open_shop: OpenShop) -> None:
    shop = open_shop(RateLimit(tool="stripe_create_refund", window=Window(from_s=0, until_s=60)))

    async def main() -> None:
        with pytest.raises(RateLimited):
            await shop.acall("stripe_create_refund", charge="ch_1", amount=1000)
        await shop.clock.sleep(60)
        await shop.acall("stripe_create_refund", charge="ch_1", amount=1000)

    shop.run(main)
    assert shop.refunds() == [1000]
