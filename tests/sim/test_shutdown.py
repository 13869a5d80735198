import asyncio
import gc
import sys
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Any

import pytest

from sandbox.sim.kernel import Kernel
from sandbox.sim.seeds import Seeds


@pytest.fixture(autouse=True)
def no_noise(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> Any:
    """Nothing may be left for the garbage collector or asyncio to complain about."""
    unraisable: list[Any] = []
    monkeypatch.setattr(sys, "unraisablehook", unraisable.append)
    yield
    gc.collect()
    assert unraisable == []
    assert caplog.records == []


def run(main: Any) -> Kernel:
    kernel = Kernel(Seeds(1))
    kernel.run(main)
    return kernel


def test_leftovers_are_cancelled_in_the_order_of_creation_and_the_clock_stands() -> None:
    log: list[int] = []

    async def left_over(number: int) -> None:
        try:
            await asyncio.sleep(1000 - number)
        finally:
            log.append(number)

    async def main(_: Kernel) -> None:
        for number in range(20):
            asyncio.create_task(left_over(number))  # noqa: RUF006
        await asyncio.sleep(1)

    assert run(main).clock.now == 1
    assert log == list(range(20))


def test_a_task_that_cleans_up_by_waiting_may_do_so_within_the_instant() -> None:
    log: list[str] = []

    async def tidy(queue: asyncio.Queue[str]) -> None:
        try:
            await asyncio.sleep(1000)
        finally:
            await asyncio.sleep(0)
            log.append(await queue.get())

    async def main(_: Kernel) -> None:
        queue = asyncio.Queue[str]()
        queue.put_nowait("cleaned up")
        asyncio.create_task(tidy(queue))  # noqa: RUF006
        await asyncio.sleep(1)

    run(main)
    assert log == ["cleaned up"]


def test_a_task_that_swallows_its_cancellation_does_not_hang_the_end() -> None:
    swallowed: list[int] = []

    async def stubborn() -> None:
        while True:
            try:
                await asyncio.sleep(1)
            except asyncio.CancelledError:
                swallowed.append(1)

    async def main(_: Kernel) -> None:
        asyncio.create_task(stubborn())  # noqa: RUF006
        await asyncio.sleep(0.5)

    assert run(main).clock.now == 0.5
    assert 1 < len(swallowed) < 100


def test_not_even_a_task_that_swallows_everything_does() -> None:
    async def immortal() -> None:
        while True:
            try:
                await asyncio.sleep(1)
            except BaseException:
                continue

    async def main(_: Kernel) -> None:
        asyncio.create_task(immortal())  # noqa: RUF006
        await asyncio.sleep(0.5)

    assert run(main).clock.now == 0.5


def test_a_task_that_spins_when_cancelled_is_given_up() -> None:
    async def spinning() -> None:
        try:
            await asyncio.sleep(1000)
        finally:
            while True:
                await asyncio.sleep(0)

    async def main(_: Kernel) -> None:
        asyncio.create_task(spinning())  # noqa: RUF006
        await asyncio.sleep(0.5)

    kernel = Kernel(Seeds(1), callbacks_per_instant_max=500)
    kernel.run(main)


def test_a_task_that_fails_while_it_is_cancelled_is_no_news() -> None:
    async def clumsy() -> None:
        try:
            await asyncio.sleep(1000)
        finally:
            raise ValueError("while cleaning up")

    async def main(_: Kernel) -> None:
        asyncio.create_task(clumsy())  # noqa: RUF006
        await asyncio.sleep(0.5)

    run(main)


def test_async_generators_are_closed_in_the_order_of_their_first_use() -> None:
    log: list[int] = []
    kept: list[Any] = []

    async def numbers(number: int) -> AsyncIterator[int]:
        try:
            yield number
        finally:
            await asyncio.sleep(0)
            log.append(number)

    async def main(_: Kernel) -> None:
        for number in range(20):
            generator = numbers(number)
            kept.append(generator)
            await anext(generator)

    run(main)
    assert log == list(range(20))


def test_simpy_processes_do_not_go_on_after_the_end() -> None:
    ticks: list[float] = []

    async def main(kernel: Kernel) -> None:
        def ticking() -> Any:
            while True:
                yield kernel.env.timeout(1)
                ticks.append(kernel.env.now)

        async def slow_to_go() -> None:
            try:
                await asyncio.sleep(1000)
            finally:
                await asyncio.sleep(50)

        kernel.env.process(ticking())
        asyncio.create_task(slow_to_go())  # noqa: RUF006
        await asyncio.sleep(2.5)

    run(main)
    assert ticks == [1, 2]


def test_what_remains_after_an_error_is_wound_up_too() -> None:
    log: list[str] = []

    async def left_over() -> None:
        try:
            await asyncio.sleep(1000)
        finally:
            log.append("cancelled")

    async def main(_: Kernel) -> None:
        asyncio.create_task(left_over())  # noqa: RUF006
        await asyncio.sleep(1)
        raise ValueError("the agent's own")

    with pytest.raises(ValueError, match="the agent's own"):
        run(main)
    assert log == ["cancelled"]


def test_what_swallows_everything_may_stand_inside_what_does_not() -> None:
    async def immortal() -> None:
        while True:
            with suppress(BaseException):
                await asyncio.sleep(1)

    async def outer() -> None:
        with suppress(RuntimeError):  # closed, it hears that the inner one ignored it
            await immortal()

    async def main(kernel: Kernel) -> None:
        task = asyncio.create_task(outer())
        await asyncio.sleep(1)
        del task

    run(main)
