"""The request is lost: nothing was done, and to the caller it looks like the other timeout."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from sandbox.errors import ToolTimeout
from sandbox.faults.kinds import TimeoutAfterCommit, TimeoutBeforeCommit

if TYPE_CHECKING:
    from tests.faults.conftest import OpenShop


def test_nothing_was_done(open_shop: OpenShop) -> None:
    shop = open_shop(TimeoutBeforeCommit(tool="stripe_create_refund", after_s=12.5))
    with pytest.raises(ToolTimeout, match=r"no answer within 12.5 s"):
        shop.refund()
    assert shop.clock.now == 12.5
    assert shop.refunds() == []
    assert shop.effects() == []
    assert shop.fired() == [("timeout_before_commit:stripe_create_refund", True)]


def test_a_caller_with_a_timeout_of_its_own_leaves_earlier(open_shop: OpenShop) -> None:
    shop = open_shop(TimeoutBeforeCommit(after_s=30))

    async def main() -> float:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(10):
                await shop.acall("stripe_create_refund", charge="ch_1")
        return shop.clock.now

    assert shop.run(main) == 10.0
    assert shop.refunds() == []
    assert shop.fired() == [("timeout_before_commit:*", True)]


def test_the_caller_cannot_tell_it_from_a_timeout_after_the_commit(open_shop: OpenShop) -> None:
    told: list[dict[str, Any]] = []
    for fault in (TimeoutBeforeCommit(), TimeoutAfterCommit()):
        shop = open_shop(fault)
        with pytest.raises(ToolTimeout) as caught:
            shop.refund()
        told.append({**caught.value.to_dict(), "body": caught.value.body, "t": shop.clock.now})
    assert told[0] == told[1]
    assert told[0]["error"] == "timeout"


def test_reads_time_out_too(open_shop: OpenShop) -> None:
    shop = open_shop(TimeoutBeforeCommit(tool="stripe_get_charge"))
    with pytest.raises(ToolTimeout):
        shop.call("stripe_get_charge", charge="ch_1")
