"""Slowness: the same answer, later; unless the caller had no patience."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from sandbox.faults.kinds import Latency

if TYPE_CHECKING:
    from tests.faults.conftest import OpenShop


def test_the_answer_is_the_same_and_later(open_shop: OpenShop) -> None:
    calm, slow = open_shop(), open_shop(Latency(tool="stripe_*", extra_s=20))
    args = {"charge": "ch_1"}
    answer = calm.call("stripe_get_charge", **args)
    assert slow.call("stripe_get_charge", **args) == answer
    assert slow.clock.now == pytest.approx(calm.clock.now + 20)
    assert slow.fired() == [("latency:stripe_*", False)]


def test_two_slownesses_add_up(open_shop: OpenShop) -> None:
    shop = open_shop(Latency(id="a", extra_s=20), Latency(id="b", extra_s=5))
    shop.call("stripe_get_charge", charge="ch_1")
    assert 25 < shop.clock.now < 27


def test_the_write_happens_half_way(open_shop: OpenShop) -> None:
    shop = open_shop(Latency(extra_s=40))
    shop.refund()
    assert shop.effects()[0].t == pytest.approx(shop.clock.now / 2)


def test_a_caller_that_gave_up_on_the_way_there_still_pays(open_shop: OpenShop) -> None:
    shop = open_shop(Latency(extra_s=60))

    async def main() -> float:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(10):
                await shop.acall("stripe_create_refund", charge="ch_1", amount=1000)
        assert shop.refunds() == []
        return shop.clock.now

    assert shop.run(main) == 10.0
    assert shop.refunds() == [1000]
    assert shop.effects()[0].t > 30
    assert shop.fired() == [("latency:*", True)]
