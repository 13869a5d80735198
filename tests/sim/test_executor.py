import asyncio
import contextvars
import re
import threading
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from math import inf, nan
from typing import Any

import pytest

from sandbox.errors import EscapedSimulation, SimDeadlock, UsageError
from sandbox.sim.kernel import Kernel
from sandbox.sim.seeds import Seeds


def simulate(main: Any, **options: Any) -> Any:
    return Kernel(Seeds(1), **options).run(main)


def test_jobs_sleep_in_virtual_time_side_by_side() -> None:
    async def main(kernel: Kernel) -> float:
        await asyncio.gather(*(asyncio.to_thread(kernel.sleep_sync, 10) for _ in range(5)))
        return kernel.clock.now

    assert simulate(main) == 10


def test_only_one_job_runs_at_a_time_and_in_the_order_of_the_loop() -> None:
    log: list[str] = []

    async def main(kernel: Kernel) -> None:
        def job(name: str, pause: float) -> None:
            for step in range(3):
                log.append(f"{name}{step}")
                kernel.sleep_sync(pause)

        await asyncio.gather(asyncio.to_thread(job, "a", 2), asyncio.to_thread(job, "b", 3))

    simulate(main)
    assert log == ["a0", "b0", "a1", "b1", "a2", "b2"]
    # At 6 s b would sleep until 9, a ends: times 0 0 2 3 4 6.


def test_jobs_have_names_that_count_from_one_in_every_run() -> None:
    async def main(_: Kernel) -> list[str]:
        def name() -> str:
            return threading.current_thread().name

        names = [await asyncio.to_thread(name) for _ in range(2)]
        return names + await asyncio.gather(*(asyncio.to_thread(name) for _ in range(2)))

    expected = ["sim-job-1", "sim-job-2", "sim-job-3", "sim-job-4"]
    assert simulate(main) == expected
    assert simulate(main) == expected


def test_results_errors_and_contexts_cross_over() -> None:
    variable = contextvars.ContextVar("variable", default="unset")

    async def main(_: Kernel) -> list[Any]:
        def fail() -> None:
            raise ValueError("broken")

        variable.set("set")
        with pytest.raises(ValueError, match="broken"):
            await asyncio.to_thread(fail)
        loop = asyncio.get_running_loop()
        return [
            await asyncio.to_thread(variable.get),
            await loop.run_in_executor(None, variable.get),
            await loop.run_in_executor(None, max, 3, 5),
        ]

    assert simulate(main) == ["set", "unset", 5]


def test_a_thread_pool_of_the_agents_own_serves_in_virtual_time_too() -> None:
    async def main(kernel: Kernel) -> float:
        with ThreadPoolExecutor(1) as pool:
            await asyncio.get_running_loop().run_in_executor(pool, kernel.sleep_sync, 4)
        return kernel.clock.now

    assert simulate(main) == 4


def test_a_process_pool_is_refused() -> None:
    async def main(_: Kernel) -> None:
        with ProcessPoolExecutor(1) as pool:
            await asyncio.get_running_loop().run_in_executor(pool, print)

    with pytest.raises(EscapedSimulation, match="ProcessPoolExecutor"):
        simulate(main)


def test_a_job_awaits_a_coroutine_on_the_loop() -> None:
    async def main(kernel: Kernel) -> tuple[str, float]:
        async def tool(name: str) -> str:
            await asyncio.sleep(3)
            return f"{name} called"

        def agent() -> str:
            kernel.sleep_sync(1)
            return kernel.call_sync(tool, "refund")

        return await asyncio.to_thread(agent), kernel.clock.now

    assert simulate(main) == ("refund called", 4)


def test_the_error_of_the_coroutine_is_raised_in_the_job() -> None:
    async def main(kernel: Kernel) -> str:
        async def tool() -> None:
            raise ValueError("no such order")

        def agent() -> str:
            try:
                kernel.call_sync(tool)
            except ValueError as error:
                return str(error)
            return "nothing raised"

        return await asyncio.to_thread(agent)

    assert simulate(main) == "no such order"


def test_call_sync_on_the_loops_own_thread_says_to_await() -> None:
    async def tool() -> None: ...

    async def main(kernel: Kernel) -> None:
        kernel.call_sync(tool)

    with pytest.raises(UsageError, match="await the coroutine instead"):
        simulate(main)
    with pytest.raises(UsageError, match="only a job's thread"):
        Kernel(Seeds(1)).call_sync(tool)


def test_a_job_that_blocks_for_real_is_reported_with_its_stack() -> None:
    lock = threading.Lock()

    async def main(_: Kernel) -> None:
        lock.acquire()

        def agent() -> None:
            with lock:
                pass

        await asyncio.to_thread(agent)

    try:
        with pytest.raises(SimDeadlock) as raised:
            simulate(main, baton_grace_s=0.25)
    finally:
        lock.release()
    assert "sim-job-1" in str(raised.value)
    assert "with lock:" in str(raised.value)
    assert "call_sync" in str(raised.value)


def test_a_job_that_computes_may_take_longer_than_the_grace() -> None:
    async def main(_: Kernel) -> str:
        def compute() -> str:
            end = time.thread_time() + 0.8
            while time.thread_time() < end:
                sum(range(1000))
            return "computed"

        return await asyncio.to_thread(compute)

    assert simulate(main, baton_grace_s=0.5) == "computed"


def test_a_job_that_waits_for_nothing_is_part_of_the_deadlock_report() -> None:
    async def main(kernel: Kernel) -> None:
        async def never() -> None:
            await asyncio.Future()

        def agent() -> None:
            kernel.call_sync(never)

        await asyncio.to_thread(agent)

    with pytest.raises(SimDeadlock, match=r"job sim-job-1 \(.*main.<locals>.agent\)") as raised:
        simulate(main)
    assert "kernel.call_sync(never)" in str(raised.value)


def test_jobs_that_still_wait_at_the_end_are_unwound_and_their_threads_end() -> None:
    log: list[str] = []
    before = threading.active_count()

    async def main(kernel: Kernel) -> None:
        def job() -> None:
            try:
                kernel.sleep_sync(1e6)
            finally:
                log.append("unwound")

        asyncio.create_task(asyncio.to_thread(job))  # noqa: RUF006
        await asyncio.sleep(1)

    kernel = Kernel(Seeds(1))
    kernel.run(main)
    assert log == ["unwound"]
    assert kernel.clock.now == 1
    assert threading.active_count() == before


def test_a_job_that_swallows_everything_does_not_hang_the_end() -> None:
    stop = threading.Event()

    async def main(kernel: Kernel) -> str:
        def stubborn() -> None:
            while not stop.is_set():
                try:
                    kernel.sleep_sync(1)
                except BaseException:
                    time.sleep(0.001)

        asyncio.create_task(asyncio.to_thread(stubborn))  # noqa: RUF006
        await asyncio.sleep(1.5)
        return "ended"

    assert simulate(main) == "ended"
    stop.set()


def test_a_job_cancelled_before_it_began_never_runs() -> None:
    log: list[str] = []

    async def main(_: Kernel) -> None:
        future = asyncio.get_running_loop().run_in_executor(None, log.append, "ran")
        future.cancel()
        await asyncio.sleep(1)

    simulate(main)
    assert log == []


def test_more_jobs_than_threads_wait_in_the_order_of_issue(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("sandbox.sim.executor._THREADS_MAX", 2)
    log: list[tuple[int, float]] = []

    async def main(kernel: Kernel) -> None:
        def job(number: int) -> None:
            log.append((number, kernel.clock.now))
            kernel.sleep_sync(1)

        jobs = [asyncio.create_task(asyncio.to_thread(job, number)) for number in range(6)]
        await asyncio.sleep(0.5)
        jobs[3].cancel()
        await asyncio.wait(jobs)

    simulate(main)
    assert log == [(0, 0), (1, 0), (2, 1), (4, 1), (5, 2)]


@pytest.mark.parametrize("length", [-1, nan, inf, -inf, 1e12, "1", None])
def test_an_impossible_sleep_is_refused_as_by_the_real_one(length: Any) -> None:
    with pytest.raises((ValueError, OverflowError, TypeError)) as real:
        time.sleep(length)

    async def main(kernel: Kernel) -> None:
        with pytest.raises(real.type, match=f"^{re.escape(str(real.value))}$"):
            await asyncio.to_thread(kernel.sleep_sync, length)
        with pytest.raises(real.type, match=f"^{re.escape(str(real.value))}$"):
            kernel.sleep_sync(length)
        assert kernel.clock.now == 0

    simulate(main)


def test_a_thread_from_outside_may_not_push_callbacks_into_the_loop() -> None:
    errors: list[BaseException] = []

    async def main(kernel: Kernel) -> None:
        loop = asyncio.get_running_loop()

        def push() -> None:
            try:
                loop.call_soon_threadsafe(print)
            except EscapedSimulation as error:
                errors.append(error)

        thread = threading.Thread(target=push)
        thread.start()
        thread.join()
        await asyncio.to_thread(loop.call_soon_threadsafe, errors.append, ValueError("from a job"))

    simulate(main)
    assert [type(error) for error in errors] == [EscapedSimulation, ValueError]
