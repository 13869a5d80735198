import asyncio
import gc
import math
import sys
from collections.abc import AsyncIterator
from contextvars import Context, ContextVar
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.errors import EscapedSimulation, SimDeadlock, SimLivelock
from sandbox.sim.kernel import Kernel
from sandbox.sim.primitives import SimTask
from sandbox.sim.seeds import Seeds


def simulate(main: Any, **options: Any) -> Any:
    return Kernel(Seeds(1), **options).run(main)


@given(st.lists(st.integers(min_value=0, max_value=5), max_size=20))
def test_timers_fire_by_time_and_equal_times_in_the_order_of_the_calls(delays: list[int]) -> None:
    async def main(kernel: Kernel) -> list[tuple[float, int]]:
        fired: list[tuple[float, int]] = []
        loop = asyncio.get_running_loop()

        def fire(number: int) -> None:
            fired.append((loop.time(), number))

        for number, delay in enumerate(delays):
            loop.call_later(delay, fire, number)
        await asyncio.sleep(6)
        return fired

    expected = sorted((float(delay), number) for number, delay in enumerate(delays))
    assert simulate(main) == expected


def test_asyncio_timers_and_simpy_events_share_one_order() -> None:
    log: list[int] = []

    async def main(kernel: Kernel) -> None:
        loop = asyncio.get_running_loop()
        for number in range(6):
            if number % 2:
                loop.call_later(1, log.append, number)
            else:
                event = kernel.env.timeout(1, number)
                assert event.callbacks is not None
                event.callbacks.append(lambda event: log.append(event.value))
        await asyncio.sleep(2)

    simulate(main)
    assert log == [0, 1, 2, 3, 4, 5]


def test_a_cancelled_timer_never_moves_the_clock() -> None:
    async def main(kernel: Kernel) -> None:
        asyncio.get_running_loop().call_later(1000, print).cancel()
        async with asyncio.timeout(500):
            await asyncio.sleep(1)
        await kernel.env.timeout(1)  # type: ignore[misc]

    kernel = Kernel(Seeds(1))
    kernel.run(main)
    assert kernel.clock.now == 2
    with pytest.raises(SimDeadlock):
        kernel.run(blocked_for_ever)
    assert kernel.clock.now == 2


async def blocked_for_ever(_: Kernel) -> None:
    await asyncio.Future()


def test_dead_timers_are_swept_out_of_the_queue() -> None:
    async def main(kernel: Kernel) -> int:
        longest = 0
        for _ in range(2000):
            async with asyncio.timeout(1e6):
                await asyncio.sleep(1)
            longest = max(longest, len(kernel.env._queue))
        return longest

    assert simulate(main) < 300


def test_to_sleep_for_ever_is_no_event() -> None:
    async def main(_: Kernel) -> None:
        await asyncio.sleep(math.inf)

    kernel = Kernel(Seeds(1))
    with pytest.raises(SimDeadlock, match=r"asyncio.sleep\(math.inf\)"):
        kernel.run(main)
    assert kernel.clock.now == 0


def test_a_time_that_is_no_number_is_refused() -> None:
    async def main(_: Kernel) -> None:
        asyncio.get_running_loop().call_at(math.nan, print)

    with pytest.raises(ValueError, match="when=nan"):
        simulate(main)


def test_a_deadlock_names_each_blocked_task_and_the_line_where_it_waits() -> None:
    async def starving(queue: asyncio.Queue[int]) -> None:
        await queue.get()

    async def main(_: Kernel) -> None:
        task = asyncio.create_task(starving(asyncio.Queue()), name="hungry")
        await task

    with pytest.raises(SimDeadlock) as raised:
        simulate(main)
    report = str(raised.value)
    assert "2 tasks and 0 jobs blocked" in report
    assert "task hungry (" in report
    assert "starving) waits at" in report
    assert "test_loop.py:" in report
    assert "await queue.get()" in report
    assert "await task" in report


async def spinning(_: Kernel) -> None:
    while True:
        await asyncio.sleep(0)


async def spinning_in_simpy(kernel: Kernel) -> None:
    def process() -> Any:
        while True:
            yield kernel.env.timeout(0)

    await kernel.env.process(process())  # type: ignore[misc]


@pytest.mark.parametrize("main", [spinning, spinning_in_simpy])
def test_callbacks_without_end_at_one_instant_are_a_livelock(main: Any) -> None:
    with pytest.raises(SimLivelock, match=r"100\d callbacks at t=0 s") as raised:
        simulate(main, callbacks_per_instant_max=1000)
    assert main.__name__ in str(raised.value)


def test_many_callbacks_at_different_instants_are_no_livelock() -> None:
    async def main(_: Kernel) -> None:
        for _round in range(50):
            for _step in range(90):
                await asyncio.sleep(0)
            await asyncio.sleep(1)

    simulate(main, callbacks_per_instant_max=100)


def test_overdue_events_happen_late_and_never_turn_the_clock_back() -> None:
    log = []

    async def main(kernel: Kernel) -> None:
        async def ticking() -> None:
            for _ in range(3):
                await asyncio.sleep(1)
                log.append(kernel.clock.now)

        def simpy_ticking() -> Any:
            yield kernel.env.timeout(1.5)
            log.append(kernel.clock.now)

        task = asyncio.create_task(ticking())
        kernel.env.process(simpy_ticking())
        await asyncio.sleep(0.5)
        kernel.sleep_sync(10)  # blocks the loop, as time.sleep does
        await task

    simulate(main)
    assert log == [10.5, 10.5, 11.5, 12.5]


def test_timeouts_are_virtual() -> None:
    async def main(kernel: Kernel) -> float:
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(asyncio.sleep(1000), timeout=30)
        return kernel.clock.now

    assert simulate(main) == 30


@pytest.mark.parametrize(
    ("name", "args"),
    [
        ("add_reader", (0, print)),
        ("add_signal_handler", (2, print)),
        ("create_connection", (asyncio.Protocol, "example.org", 80)),
        ("subprocess_exec", (asyncio.SubprocessProtocol, "ls")),
        ("getaddrinfo", ("example.org", 80)),
    ],
)
def test_sockets_processes_and_signals_are_refused_by_name(
    name: str, args: tuple[Any, ...]
) -> None:
    async def main(_: Kernel) -> None:
        await getattr(asyncio.get_running_loop(), name)(*args)

    with pytest.raises(EscapedSimulation, match=rf"loop\.{name}"):
        simulate(main)


def test_an_error_of_the_simulation_in_a_plain_callback_ends_the_run() -> None:
    def escape() -> None:
        raise EscapedSimulation("something")

    async def main(_: Kernel) -> None:
        asyncio.get_running_loop().call_soon(escape)
        await asyncio.sleep(1)

    with pytest.raises(EscapedSimulation):
        simulate(main)


def test_any_other_error_in_a_plain_callback_goes_to_the_exception_handler() -> None:
    seen = []

    async def main(_: Kernel) -> None:
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(lambda _, context: seen.append(repr(context["exception"])))
        loop.call_soon(lambda: 1 / 0)
        await asyncio.sleep(1)

    simulate(main)
    assert seen == ["ZeroDivisionError('division by zero')"]


def test_an_abandoned_async_generator_is_closed_while_the_run_goes_on() -> None:
    log = []

    async def numbers() -> AsyncIterator[int]:
        try:
            yield 1
        finally:
            log.append("closed")

    async def main(_: Kernel) -> None:
        async for _number in numbers():
            break
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        log.append("main ends")

    simulate(main)
    assert log == ["closed", "main ends"]


def test_asyncio_debug_mode_works() -> None:
    async def main(kernel: Kernel) -> float:
        asyncio.get_running_loop().set_debug(True)
        await asyncio.to_thread(kernel.sleep_sync, 2)
        return kernel.clock.now

    assert simulate(main) == 2


def test_a_loop_that_is_over_takes_no_more_work() -> None:
    async def main(kernel: Kernel) -> asyncio.AbstractEventLoop:
        return asyncio.get_running_loop()

    loop = simulate(main)
    with pytest.raises(RuntimeError, match="closed"):
        loop.call_later(1, print)
    with pytest.raises(RuntimeError, match="closed"):
        loop.call_soon(print)


def test_tasks_are_the_simulations_own_unless_a_factory_makes_them() -> None:
    made: list[asyncio.Task[None]] = []

    def factory(loop: Any, coro: Any, **options: Any) -> asyncio.Task[None]:
        made.append(asyncio.Task(coro, loop=loop, **options))
        return made[-1]

    async def main(kernel: Kernel) -> None:
        assert kernel.loop is not None
        assert isinstance(asyncio.create_task(asyncio.sleep(1)), SimTask)
        kernel.loop.set_task_factory(factory)
        assert [asyncio.create_task(asyncio.sleep(1))] == made

    simulate(main)


WHOSE: ContextVar[str] = ContextVar("whose", default="")


def surviving(main: Any) -> list[tuple[str, str]]:
    """Which errors the run was asked about, and in whose context, while it went on."""
    kernel = Kernel(Seeds(1), callbacks_per_instant_max=500)
    asked: list[tuple[str, str]] = []
    guilty: list[asyncio.Task[Any]] = []

    def on_error(error: BaseException, context: Context | None) -> bool:
        assert context is not None
        asked.append((type(error).__name__, context.get(WHOSE, "")))
        for task in guilty:
            task.cancel()
        return True

    async def named() -> None:
        WHOSE.set("the guilty one")
        await main()

    async def everybody(kernel: Kernel) -> float:
        guilty.append(asyncio.create_task(named()))
        await asyncio.sleep(5)
        return kernel.clock.now

    kernel.on_error = on_error
    assert kernel.run(everybody) == 5, "the others go on"
    return asked


def test_callbacks_without_end_can_be_dealt_with_by_ending_who_makes_them() -> None:
    async def spin() -> None:
        while True:
            await asyncio.sleep(0)

    assert surviving(spin) == [("SimLivelock", "the guilty one")]


def test_a_task_that_exits_need_not_take_the_others_with_it() -> None:
    async def leave() -> None:
        sys.exit(3)

    assert surviving(leave) == [("SystemExit", "the guilty one")]


def test_an_error_of_the_simulation_in_a_callback_can_be_dealt_with() -> None:
    def escape() -> None:
        raise EscapedSimulation("socket.connect()")

    async def call() -> None:
        asyncio.get_running_loop().call_soon(escape)

    assert surviving(call) == [("EscapedSimulation", "the guilty one")]


def test_a_task_that_nobody_holds_lives_until_it_is_done() -> None:
    ended: list[str] = []

    async def forgotten() -> None:
        try:
            await asyncio.get_running_loop().create_future()
        finally:
            ended.append("closed")

    async def main(kernel: Kernel) -> None:
        asyncio.create_task(forgotten())  # noqa: RUF006 - that nobody holds it is the point
        await asyncio.sleep(1)
        gc.collect()
        assert ended == []
        for _ in range(2000):  # those that are done are let go of
            await asyncio.create_task(asyncio.sleep(0))
        assert kernel.loop is not None
        assert len(kernel.loop._tasks) < 1100

    simulate(main)
    assert ended == ["closed"]
