"""The answer is lost, the money is not: what the caller cannot know."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from sandbox.errors import ToolTimeout
from sandbox.faults.kinds import Latency, TimeoutAfterCommit

if TYPE_CHECKING:
    from tests.faults.conftest import OpenShop


def test_the_refund_stands_and_the_caller_hears_nothing(open_shop: OpenShop) -> None:
    shop = open_shop(TimeoutAfterCommit(tool="stripe_create_refund", after_s=30))
    with pytest.raises(ToolTimeout, match="stripe_create_refund: no answer within 30 s"):
        shop.refund(1000)
    assert shop.clock.now == 30.0
    assert shop.refunds() == [1000]
    assert [e.effect for e in shop.effects()] == ["refund"]
    assert shop.fired() == [("timeout_after_commit:stripe_create_refund", True)]


def test_whoever_repeats_the_first_call_blindly_pays_twice(open_shop: OpenShop) -> None:
    shop = open_shop(TimeoutAfterCommit(tool="stripe_create_refund", nth=1))
    with pytest.raises(ToolTimeout):
        shop.refund(1000)
    shop.refund(1000)
    assert shop.refunds() == [1000, 1000]


def test_a_caller_with_a_timeout_of_its_own_leaves_earlier_and_the_write_still_stands(
    open_shop: OpenShop,
) -> None:
    shop = open_shop(TimeoutAfterCommit(after_s=30))

    async def main() -> float:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(10):
                await shop.acall("stripe_create_refund", charge="ch_1", amount=1000)
        return shop.clock.now

    assert shop.run(main) == 10.0
    assert shop.refunds() == [1000]
    assert shop.fired() == [("timeout_after_commit:*", True)]


def test_a_caller_that_leaves_before_the_system_would_have_answered_met_no_fault(
    open_shop: OpenShop,
) -> None:
    shop = open_shop(TimeoutAfterCommit(after_s=30))

    async def main() -> None:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.001):
                await shop.acall("stripe_create_refund", charge="ch_1", amount=1000)

    shop.run(main)
    assert shop.fired() == [("timeout_after_commit:*", False)]
    assert shop.refunds() == [1000]


def test_a_system_slower_than_the_timeout_commits_after_the_caller_has_gone(
    open_shop: OpenShop,
) -> None:
    shop = open_shop(TimeoutAfterCommit(after_s=30), Latency(extra_s=100))

    async def main() -> None:
        with pytest.raises(ToolTimeout):
            await shop.acall("stripe_create_refund", charge="ch_1", amount=1000)
        assert shop.clock.now == 30.0
        assert shop.refunds() == []

    shop.run(main)
    assert shop.refunds() == [1000]
    assert 50 < shop.effects()[0].t < 60
    assert [e.get("unheard") for e in shop.events("tool_result")] == [True]


def test_also_a_refusal_is_lost(open_shop: OpenShop) -> None:
    shop = open_shop(TimeoutAfterCommit(after_s=30))
    with pytest.raises(ToolTimeout):
        shop.refund(999_999)  # more than was paid
    assert shop.refunds() == []


def test_reads_are_let_through(open_shop: OpenShop) -> None:
    shop = open_shop(TimeoutAfterCommit(tool="stripe_*"))
    assert shop.call("stripe_get_charge", charge="ch_1")["amount"] == 4999
    assert shop.fired() == []
