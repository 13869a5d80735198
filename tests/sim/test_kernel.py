import asyncio
import gc
import os
import signal
import subprocess
import sys
import threading
import time
import tracemalloc
from pathlib import Path
from typing import Any

import pytest

from sandbox.errors import LimitReached, UsageError
from sandbox.sim.bridge import wait
from sandbox.sim.kernel import Kernel, check_python, run_in_thread
from sandbox.sim.seeds import Seeds


async def busy(kernel: Kernel) -> float:
    """A little of everything that could order things by address or by chance."""
    rng = kernel.seeds.stream("busy")

    async def child(number: int) -> None:
        await asyncio.sleep(rng.random())
        await asyncio.to_thread(kernel.sleep_sync, rng.random())

    def process() -> Any:
        for _ in range(5):
            yield kernel.env.timeout(0.3)

    tasks = {asyncio.create_task(child(number)) for number in range(20)}
    kernel.env.process(process())
    while tasks:
        done, tasks = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            await task
    await wait(kernel.env.timeout(1))
    return kernel.clock.now


def test_one_seed_gives_one_schedule_and_another_seed_another() -> None:
    digests = []
    for seed in (1, 1, 2):
        kernel = Kernel(Seeds(seed))
        kernel.run(busy)
        digests.append(kernel.schedule_digest)
    assert digests[0] == digests[1] != digests[2]


CODE = """
import gc, sys
sys.path.insert(0, {tests!r})
ballast = [object() for _ in range({ballast})]  # moves addresses
from test_kernel import busy
from sandbox.sim.kernel import Kernel
from sandbox.sim.seeds import Seeds
kernel = Kernel(Seeds(1))
kernel.run(busy)
print(kernel.schedule_digest)
"""


def test_the_schedule_is_the_same_in_processes_with_other_hash_seeds_and_addresses() -> None:
    here = Path(__file__).resolve()
    digests = set()
    for hashseed in ("0", "1", "2"):
        code = CODE.format(tests=str(here.parent), ballast=1000 * int(hashseed))
        done = subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONHASHSEED": hashseed, "PYTHONPATH": str(here.parents[2])},
            capture_output=True,
            text=True,
            check=True,
        )
        digests.add(done.stdout)
    assert len(digests) == 1


def test_the_schedule_can_be_listed_and_can_be_switched_off() -> None:
    traced, off = Kernel(Seeds(1), trace_schedule=True), Kernel(Seeds(1), schedule=False)
    plain = Kernel(Seeds(1))
    for kernel in (traced, off, plain):
        kernel.run(busy)
    assert off.schedule_digest == ""
    assert off.schedule == plain.schedule == []
    assert traced.schedule_digest == plain.schedule_digest
    assert traced.schedule[0] == (0.0, "busy#1")
    times = [now for now, _ in traced.schedule]
    assert times == sorted(times)


def test_main_may_be_a_coroutine_or_a_function_of_the_kernel() -> None:
    async def main(kernel: Kernel) -> int:
        return 5

    kernel = Kernel(Seeds(1))
    assert kernel.run(main) == 5
    assert kernel.run(main(kernel)) == 5


def test_a_second_run_goes_on_where_the_clock_stood() -> None:
    kernel = Kernel(Seeds(1))
    ticks = []

    async def start(kernel: Kernel) -> None:
        def ticking() -> Any:
            while True:
                yield kernel.env.timeout(1)
                ticks.append(kernel.env.now)

        kernel.env.process(ticking())
        await asyncio.sleep(1.5)

    async def go_on(kernel: Kernel) -> None:
        await asyncio.sleep(1)

    kernel.run(start, until=100)
    kernel.run(go_on)
    assert kernel.clock.now == 2.5
    assert ticks == [1, 2]


def test_a_run_ends_at_its_horizon_even_if_agents_swallow_everything() -> None:
    async def main(_: Kernel) -> None:
        while True:
            try:
                await asyncio.sleep(7)
            except BaseException:
                continue

    kernel = Kernel(Seeds(1))
    with pytest.raises(LimitReached) as raised:
        kernel.run(main, until=20)
    assert raised.value.limit == "virtual_s"
    assert kernel.clock.now == 20


def test_an_unreached_horizon_is_no_event() -> None:
    async def main(_: Kernel) -> str:
        await asyncio.sleep(1)
        return "done"

    kernel = Kernel(Seeds(1))
    assert kernel.run(main, until=1e9) == "done"
    assert kernel.clock.now == 1


def test_where_a_loop_runs_already_a_thread_of_its_own_is_asked_for() -> None:
    async def main(kernel: Kernel) -> float:
        await asyncio.sleep(3)
        return kernel.clock.now

    async def notebook() -> float:
        with pytest.raises(UsageError, match="run_in_thread"):
            Kernel(Seeds(1)).run(main)
        coroutine = main(kernel := Kernel(Seeds(1)))
        with pytest.raises(UsageError, match="run_in_thread"):
            kernel.run(coroutine)
        return run_in_thread(lambda: Kernel(Seeds(1)).run(main))

    assert asyncio.run(notebook()) == 3


def test_a_simulation_cannot_hold_another_one() -> None:
    async def inner(_: Kernel) -> None: ...

    async def main(kernel: Kernel) -> None:
        with pytest.raises(UsageError, match="running already"):
            kernel.run(inner)
        with pytest.raises(UsageError, match="job of another kernel"):
            await asyncio.to_thread(Kernel(Seeds(2)).run, inner)

    Kernel(Seeds(1)).run(main)


def test_two_kernels_on_two_threads_do_not_disturb_each_other() -> None:
    alone = Kernel(Seeds(1))
    alone.run(busy)
    kernels = [Kernel(Seeds(1)) for _ in range(2)]
    threads = [threading.Thread(target=kernel.run, args=(busy,)) for kernel in kernels]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {kernel.schedule_digest for kernel in kernels} == {alone.schedule_digest}


def test_errors_of_the_thread_are_raised_by_its_caller() -> None:
    def fail() -> None:
        raise ValueError("broken")

    def interrupt() -> None:
        raise KeyboardInterrupt

    with pytest.raises(ValueError, match="broken"):
        run_in_thread(fail)
    with pytest.raises(KeyboardInterrupt):
        run_in_thread(interrupt)


def interrupt_soon() -> None:
    def send() -> None:
        time.sleep(0.1)
        os.kill(os.getpid(), signal.SIGINT)

    threading.Thread(target=send).start()


async def endless(_: Kernel) -> None:
    while True:
        await asyncio.sleep(1)


@pytest.mark.parametrize("start", [lambda run: run(), run_in_thread])
def test_ctrl_c_ends_the_run_and_winds_it_up(start: Any) -> None:
    log = []

    async def main(kernel: Kernel) -> None:
        asyncio.create_task(endless(kernel))  # noqa: RUF006
        try:
            await asyncio.Future()
        finally:
            log.append("wound up")

    kernel = Kernel(Seeds(1))
    interrupt_soon()
    with pytest.raises(KeyboardInterrupt):
        start(lambda: kernel.run(main))
    assert log == ["wound up"]
    assert kernel.loop is None


@pytest.mark.parametrize("start", [lambda run: run(), run_in_thread])
def test_ctrl_c_gets_through_to_a_kernel_that_waits_for_real_work(start: Any) -> None:
    release = threading.Event()

    async def main(kernel: Kernel) -> None:
        await kernel.external(release.wait, 20)

    kernel = Kernel(Seeds(1))
    interrupt_soon()
    with pytest.raises(KeyboardInterrupt):
        start(lambda: kernel.run(main))
    release.set()
    assert kernel.loop is None


def test_ctrl_c_gets_through_while_a_job_blocks() -> None:
    release = threading.Event()

    async def main(kernel: Kernel) -> None:
        await asyncio.to_thread(release.wait, 20)

    kernel = Kernel(Seeds(1))
    interrupt_soon()
    with pytest.raises(KeyboardInterrupt):
        kernel.run(main)
    release.set()


def test_a_thousand_runs_leave_nothing_behind() -> None:
    async def small(kernel: Kernel) -> None:
        async with asyncio.timeout(100):
            await asyncio.sleep(1)
        asyncio.create_task(endless(kernel))  # noqa: RUF006

    async def with_job(kernel: Kernel) -> None:
        await asyncio.to_thread(kernel.sleep_sync, 1)

    def some_runs(count: int) -> None:
        for number in range(count):
            Kernel(Seeds(number)).run(with_job if number % 20 == 0 else small)
        gc.collect()

    threads = threading.active_count()
    some_runs(100)
    tracemalloc.start()
    try:
        some_runs(50)
        before, _ = tracemalloc.get_traced_memory()
        some_runs(1000)
        after, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert after - before < 100_000
    assert threading.active_count() <= threads


@pytest.mark.parametrize("version", [(3, 10), (3, 14), (2, 7)])
def test_another_python_gets_a_clear_message(version: tuple[int, int]) -> None:
    with pytest.raises(UsageError, match=r"Python .* is not supported.*3\.11, 3\.12 and 3\.13"):
        check_python(version)


def test_these_pythons_pass() -> None:
    for version in ((3, 11), (3, 12), (3, 13)):
        check_python(version)
