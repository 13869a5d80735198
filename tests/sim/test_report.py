import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from sandbox.errors import SimDeadlock
from sandbox.sim.kernel import Kernel
from sandbox.sim.report import describe, unfinished
from sandbox.sim.seeds import Seeds


def test_a_wait_inside_an_async_generator_is_placed_at_its_loop() -> None:
    async def numbers(queue: asyncio.Queue[int]) -> AsyncIterator[int]:
        while True:
            yield await queue.get()

    async def main(_: Kernel) -> None:
        async for _number in numbers(asyncio.Queue()):
            pass

    with pytest.raises(SimDeadlock, match=r"async for _number in numbers"):
        Kernel(Seeds(1)).run(main)


def test_only_the_first_of_many_tasks_are_listed() -> None:
    async def main(_: Kernel) -> None:
        await asyncio.gather(*(asyncio.Event().wait() for _ in range(50)))

    with pytest.raises(SimDeadlock) as raised:
        Kernel(Seeds(1)).run(main)
    lines = str(raised.value).splitlines()
    assert "51 tasks" in lines[0]
    assert lines[-1].strip() == "... and 31 more tasks"
    assert len(lines) == 22


def test_unfinished_tasks_come_in_the_order_of_creation() -> None:
    async def main(_: Kernel) -> None:
        tasks = [asyncio.create_task(asyncio.sleep(1)) for _ in range(30)]
        this = asyncio.current_task()
        assert unfinished(asyncio.get_running_loop()) == [this, *tasks]

    Kernel(Seeds(1)).run(main)


def test_callbacks_are_described_without_addresses() -> None:
    described: list[str] = []

    async def main(kernel: Kernel) -> None:
        def note(*_: Any) -> None: ...

        described.append(describe(asyncio.get_running_loop().call_soon(note)))
        described.append(describe(kernel.env.timeout(1)))

    Kernel(Seeds(1)).run(main)
    assert described[0].endswith("main.<locals>.note")
    assert described[1] == "Timeout"
