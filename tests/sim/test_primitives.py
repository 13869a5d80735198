import asyncio
import sys

import pytest

from sandbox.errors import UsageError
from sandbox.sim.kernel import Kernel
from sandbox.sim.primitives import SimFuture, SimTask
from sandbox.sim.seeds import Seeds


def test_tasks_are_numbered_anew_in_every_run_and_named_by_it() -> None:
    async def main(_: Kernel) -> list[str]:
        tasks = [asyncio.create_task(asyncio.sleep(0)) for _ in range(3)]
        tasks.append(asyncio.create_task(asyncio.sleep(0), name="mine"))
        return [task.get_name() for task in tasks]

    first = Kernel(Seeds(1)).run(main)
    assert first == Kernel(Seeds(1)).run(main)
    assert first[-1] == "mine"
    assert len(set(first)) == 4


def test_a_set_of_tasks_iterates_in_the_order_of_creation() -> None:
    async def main(_: Kernel) -> bool:
        tasks = [asyncio.create_task(asyncio.sleep(1)) for _ in range(50)]
        done, _pending = await asyncio.wait(tasks)
        # Consecutive numbers fill a set's table in order, whatever the addresses are.
        return sorted(done, key=hash) == tasks and len(set(map(hash, tasks))) == 50

    assert Kernel(Seeds(1)).run(main)


def test_a_future_gets_its_number_when_first_hashed() -> None:
    async def main(kernel: Kernel) -> None:
        assert kernel.loop is not None
        early, late = kernel.loop.create_future(), kernel.loop.create_future()
        assert isinstance(early, SimFuture)
        assert hash(late) < hash(early)
        assert hash(late) == hash(late)
        assert early != late

    Kernel(Seeds(1)).run(main)


@pytest.mark.skipif(sys.version_info < (3, 12), reason="eager tasks came with Python 3.12")
def test_eager_tasks_are_numbered_too() -> None:
    async def main(kernel: Kernel) -> None:
        assert kernel.loop is not None
        kernel.loop.set_task_factory(asyncio.eager_task_factory)  # type: ignore[attr-defined]
        log = []

        async def child() -> None:
            log.append("ran")
            await asyncio.sleep(1)

        task = asyncio.create_task(child())
        assert log == ["ran"]
        assert isinstance(task, SimTask)
        await task

    kernel = Kernel(Seeds(1))
    kernel.run(main)
    assert kernel.clock.now == 1


def test_the_environment_cannot_be_driven_past_the_loop() -> None:
    kernel = Kernel(Seeds(1))
    kernel.env.timeout(1)
    with pytest.raises(UsageError, match="await the event"):
        kernel.env.run()
    with pytest.raises(UsageError, match="kernel drives"):
        kernel.env.step()
