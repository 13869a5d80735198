from __future__ import annotations

from typing import Any

import pytest

from sandbox.agents.reference.hardening.patience import Patience


def test_each_wait_is_longer_than_the_one_before(bench: Any) -> None:
    patience = Patience()

    async def wait() -> list[float]:
        ends = []
        for attempt in range(3):
            assert await patience.wait(attempt)
            ends.append(bench.shop.clock.now)
        return ends

    assert bench.do(wait) == [2.0, 6.0, 14.0]


def test_a_system_that_asks_for_time_gets_it(bench: Any) -> None:
    assert bench.do(lambda: Patience().wait(0, 60.0))
    assert bench.shop.clock.now == pytest.approx(60.0)


def test_the_budget_of_the_conversation_ends(bench: Any) -> None:
    patience = Patience(total_s=100.0)
    assert bench.do(lambda: patience.wait(0, 70.0))
    assert not bench.do(lambda: patience.wait(0, 70.0))
    assert bench.shop.clock.now == pytest.approx(70.0)


def test_nobody_waits_for_hours(bench: Any) -> None:
    assert not bench.do(lambda: Patience().wait(0, 3600.0))
    assert bench.shop.clock.now == 0.0
