import asyncio
from collections.abc import Generator
from typing import Any

import pytest
import simpy

from sandbox.errors import UsageError
from sandbox.sim.bridge import spawn, wait
from sandbox.sim.kernel import Kernel
from sandbox.sim.seeds import Seeds

Process = Generator[simpy.Event, Any, Any]


def simulate(main: Any) -> Any:
    return Kernel(Seeds(1)).run(main)


def test_a_coroutine_awaits_a_process_and_gets_its_value() -> None:
    async def main(kernel: Kernel) -> tuple[Any, float]:
        def process() -> Process:
            yield kernel.env.timeout(3)
            return "done"

        return await wait(kernel.env.process(process())), kernel.clock.now

    assert simulate(main) == ("done", 3)


def test_a_process_yields_a_coroutine_and_gets_its_value() -> None:
    async def main(kernel: Kernel) -> Any:
        async def child() -> int:
            await asyncio.sleep(2)
            return 7

        def process() -> Process:
            value = yield spawn(kernel.env, child())
            yield kernel.env.timeout(1)
            return value, kernel.clock.now

        return await wait(kernel.env.process(process()))

    assert simulate(main) == (7, 3)


def test_an_event_of_the_past_answers_at_once() -> None:
    async def main(kernel: Kernel) -> tuple[Any, float]:
        event = kernel.env.timeout(1, "value")
        await asyncio.sleep(5)
        return await wait(event), kernel.clock.now

    assert simulate(main) == ("value", 5)


def test_a_failed_event_of_the_past_raises_again() -> None:
    async def main(kernel: Kernel) -> None:
        event = kernel.env.event()
        event.fail(ValueError("broken"))
        for _ in range(2):
            with pytest.raises(ValueError, match="broken"):
                await wait(event)

    simulate(main)


def test_the_error_of_a_process_reaches_the_coroutine_that_awaits_it() -> None:
    async def main(kernel: Kernel) -> None:
        def process() -> Process:
            yield kernel.env.timeout(1)
            raise ValueError("broken")

        with pytest.raises(ValueError, match="broken"):
            await wait(kernel.env.process(process()))
        assert kernel.clock.now == 1

    simulate(main)


def test_the_error_of_a_coroutine_reaches_the_process_that_waits_for_it() -> None:
    async def main(kernel: Kernel) -> Any:
        async def child() -> None:
            raise ValueError("broken")

        def process() -> Process:
            try:
                yield spawn(kernel.env, child())
            except ValueError as error:
                return str(error)

        return await wait(kernel.env.process(process()))

    assert simulate(main) == "broken"


def test_a_failure_that_nobody_waits_for_ends_the_run() -> None:
    async def main(kernel: Kernel) -> None:
        kernel.env.event().fail(ValueError("unheard"))
        await asyncio.sleep(1)

    with pytest.raises(ValueError, match="unheard"):
        simulate(main)


def test_an_interrupted_process_stops_waiting_for_its_coroutine() -> None:
    async def main(kernel: Kernel) -> Any:
        def process() -> Process:
            try:
                yield spawn(kernel.env, asyncio.sleep(100))
            except simpy.Interrupt as interrupt:
                return interrupt.cause, kernel.clock.now

        running = kernel.env.process(process())
        await asyncio.sleep(4)
        running.interrupt("enough")
        return await wait(running)

    assert simulate(main) == ("enough", 4)


def test_to_cancel_a_spawned_task_that_nobody_awaits_does_not_end_the_run() -> None:
    async def main(kernel: Kernel) -> None:
        spawned = spawn(kernel.env, asyncio.sleep(100))
        await asyncio.sleep(1)
        spawned.task.cancel()
        await asyncio.sleep(1)
        assert spawned.processed

    simulate(main)


def test_coroutines_and_processes_share_a_resource_first_come_first_served() -> None:
    log: list[tuple[str, float]] = []

    async def main(kernel: Kernel) -> None:
        desk = simpy.Resource(kernel.env, capacity=1)

        async def coroutine(name: str) -> None:
            with desk.request() as request:
                await wait(request)
                log.append((name, kernel.clock.now))
                await asyncio.sleep(2)

        def process(name: str) -> Process:
            with desk.request() as request:
                yield request
                log.append((name, kernel.clock.now))
                yield kernel.env.timeout(2)

        first = asyncio.create_task(coroutine("a"))
        await asyncio.sleep(0)
        kernel.env.process(process("b"))
        await asyncio.sleep(0.5)
        await coroutine("c")
        await first

    simulate(main)
    assert log == [("a", 0), ("b", 2), ("c", 4)]


@pytest.mark.parametrize("with_block", [True, False])
def test_a_cancelled_wait_leaves_the_queue_of_the_resource(with_block: bool) -> None:
    async def main(kernel: Kernel) -> None:
        desk = simpy.Resource(kernel.env, capacity=1)
        held = desk.request()
        await wait(held)

        async def impatient() -> None:
            if with_block:
                with desk.request() as request:
                    await wait(request)
            else:
                await wait(desk.request())

        with pytest.raises(TimeoutError):
            await asyncio.wait_for(impatient(), timeout=3)
        assert desk.queue == []
        desk.release(held)
        await asyncio.sleep(0)
        assert desk.count == 0

    simulate(main)


def test_what_was_granted_in_the_instant_of_the_cancellation_is_handed_back() -> None:
    async def main(kernel: Kernel) -> None:
        desk = simpy.Resource(kernel.env, capacity=1)
        held = desk.request()
        await wait(held)

        async def unlucky() -> None:
            await wait(desk.request())

        task = asyncio.create_task(unlucky())
        await asyncio.sleep(1)
        release = desk.release(held)  # grants the waiting request when it happens ...
        assert release.callbacks is not None

        def too_late(_: simpy.Event) -> None:
            task.cancel()  # ... but its task never hears of it

        release.callbacks.append(too_late)
        await asyncio.wait([task])
        await asyncio.sleep(1)
        assert task.cancelled()
        assert desk.count == 0

    simulate(main)


def test_a_cancelled_get_leaves_the_item_to_others() -> None:
    async def main(kernel: Kernel) -> Any:
        store = simpy.Store(kernel.env)
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(wait(store.get()), timeout=1)
        store.put("item")
        return await wait(store.get())

    assert simulate(main) == "item"


def test_two_coroutines_may_await_one_request_and_one_may_give_up() -> None:
    async def main(kernel: Kernel) -> float:
        desk = simpy.Resource(kernel.env, capacity=1)
        held = desk.request()
        await wait(held)
        shared = desk.request()
        patient = asyncio.create_task(wait(shared))
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(wait(shared), timeout=1)
        await asyncio.sleep(1)
        desk.release(held)
        await patient
        return kernel.clock.now

    assert simulate(main) == 2


def test_an_event_of_another_environment_is_refused() -> None:
    async def main(_: Kernel) -> None:
        await wait(simpy.Environment().timeout(1))

    with pytest.raises(UsageError, match=r"make it from kernel\.env"):
        simulate(main)


def test_plain_simpy_works_as_before() -> None:
    env = simpy.Environment()

    def process() -> Process:
        yield env.timeout(2)

    env.run(env.process(process()))
    assert env.now == 2
