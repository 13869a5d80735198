import asyncio
from datetime import UTC, datetime, timedelta

import simpy
from hypothesis import given
from hypothesis import strategies as st

from sandbox.sim.clock import Clock
from sandbox.sim.kernel import Kernel
from sandbox.sim.seeds import Seeds


def test_a_simulation_starts_on_a_monday_morning() -> None:
    clock = Clock(simpy.Environment())
    assert clock.wall() == datetime(2026, 3, 2, 8, tzinfo=UTC)
    assert clock.wall().strftime("%A") == "Monday"
    assert clock.now == 0.0


def test_a_day_of_sleep_takes_no_real_time_and_moves_every_clock() -> None:
    kernel = Kernel(Seeds(1))

    async def main(kernel: Kernel) -> None:
        await kernel.clock.sleep(86_400)

    start_s = kernel.clock.wall_s()
    kernel.run(main)
    assert kernel.clock.now == 86_400
    assert kernel.clock.wall_s() == start_s + 86_400
    assert kernel.clock.wall() == datetime(2026, 3, 3, 8, tzinfo=UTC)


@given(st.floats(min_value=0, max_value=1e9), st.floats(min_value=0, max_value=4e9))
def test_wall_time_is_epoch_plus_now(now: float, epoch: float) -> None:
    clock = Clock(simpy.Environment(now), epoch=epoch)
    assert clock.wall_s() == epoch + now
    assert abs(clock.wall() - datetime.fromtimestamp(epoch + now, UTC)) < timedelta(milliseconds=1)


def test_to_sleep_no_time_lets_everybody_else_run() -> None:
    log = []

    async def main(kernel: Kernel) -> None:
        async def other() -> None:
            log.append("other")

        task = asyncio.create_task(other())
        await kernel.clock.sleep(0)
        log.append("main")
        await task

    Kernel(Seeds(1)).run(main)
    assert log == ["other", "main"]
