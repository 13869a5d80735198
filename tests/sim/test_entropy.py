import asyncio
import datetime as dt
import os
import random
import secrets
import subprocess
import sys
import threading
import time
import uuid
from datetime import UTC
from random import choice
from time import monotonic, sleep
from typing import Any

import pytest
import time_machine

from sandbox.errors import UsageError
from sandbox.sim.entropy import virtual_world
from sandbox.sim.kernel import Kernel
from sandbox.sim.realtime import cpu_s
from sandbox.sim.seeds import Seeds

EPOCH_S = 1_772_438_400.0


def simulate(main: Any, seed: int = 1) -> Any:
    kernel = Kernel(Seeds(seed))
    with virtual_world(kernel):
        return kernel.run(main)


def test_every_clock_shows_virtual_time_on_the_loop_and_in_jobs() -> None:
    def clocks() -> list[Any]:
        return [
            time.time() - EPOCH_S,
            time.time_ns() - int(EPOCH_S) * 10**9,
            time.monotonic(),
            time.monotonic_ns(),
            time.perf_counter(),
            time.perf_counter_ns(),
            monotonic(),
            dt.datetime.now(UTC).isoformat(),
            dt.date.today().isoformat(),  # noqa: DTZ011 - as agents do
            time.strftime("%H:%M", time.gmtime()),
        ]

    async def main(_: Kernel) -> list[list[Any]]:
        await asyncio.sleep(90)
        assert asyncio.get_running_loop().time() == time.monotonic()
        return [clocks(), await asyncio.to_thread(clocks)]

    on_loop, in_job = simulate(main)
    ns = 90 * 10**9
    date = "2026-03-02"
    assert on_loop == [90, ns, 90, ns, 90, ns, 90, f"{date}T08:01:30+00:00", date, "08:01"]
    assert in_job == on_loop


def draws() -> list[Any]:
    return [
        random.random(),
        random.randint(1, 10**9),
        choice(range(10**9)),
        random.sample(range(100), 5),
        random.gauss(0, 1),
        random.Random().random(),
        random.SystemRandom().random(),
        uuid.uuid4(),
        uuid.uuid1(),
        uuid.getnode(),
        secrets.token_hex(8),
        os.urandom(8),
    ]


def test_one_seed_gives_one_chance_and_another_seed_another() -> None:
    async def main(_: Kernel) -> list[Any]:
        return draws() + await asyncio.to_thread(draws)

    first, again, other = simulate(main), simulate(main), simulate(main, seed=2)
    assert first == again
    assert all(a != b for a, b in zip(first, other, strict=True))


def test_a_new_run_of_the_same_kernel_goes_on_with_its_chance() -> None:
    async def main(_: Kernel) -> list[Any]:
        return draws()

    kernel, entries = Kernel(Seeds(1)), []
    for _ in range(2):
        with virtual_world(kernel):
            entries.append(kernel.run(main))
    assert entries[0] != entries[1]


def test_real_chance_is_as_it_was_before() -> None:
    async def main(_: Kernel) -> None:
        random.seed(99)
        draws()

    random.seed(5)
    undisturbed = [random.random() for _ in range(4)]
    random.seed(5)
    first = [random.random() for _ in range(2)]
    simulate(main)
    assert first + [random.random() for _ in range(2)] == undisturbed


def test_agents_may_seed_the_global_generator_for_themselves() -> None:
    async def main(_: Kernel) -> float:
        random.seed(7)
        return random.random()

    assert simulate(main) == simulate(main, seed=2) == random.Random(7).random()


def test_numpy_has_a_seeded_state_inside_and_its_own_outside() -> None:
    np = pytest.importorskip("numpy")

    async def main(_: Kernel) -> list[float]:
        return [float(np.random.rand()), float(np.random.default_rng().random())]

    np.random.seed(3)
    undisturbed = [np.random.rand() for _ in range(2)]
    np.random.seed(3)
    first = np.random.rand()
    assert simulate(main) == simulate(main) != simulate(main, seed=2)
    assert [first, np.random.rand()] == undisturbed


def test_an_agent_that_loads_numpy_has_the_same_chance_in_a_fresh_process() -> None:
    pytest.importorskip("numpy")
    code = """
import secrets
from sandbox.sim.entropy import virtual_world
from sandbox.sim.kernel import Kernel
from sandbox.sim.seeds import Seeds

async def main(kernel):
    import numpy.random
    return numpy.random.rand(), secrets.token_hex(8)

for _ in range(2):
    kernel = Kernel(Seeds(1))
    with virtual_world(kernel):
        print(kernel.run(main))
"""
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    first, second = done.stdout.splitlines()
    assert first == second


def test_other_threads_keep_real_time_and_real_chance() -> None:
    seen: list[Any] = []
    inside, looked = threading.Event(), threading.Event()

    def elsewhere() -> None:
        inside.wait(10)
        start = time.monotonic()
        time.sleep(0.01)
        seen.extend([time.time(), time.monotonic() - start, dt.datetime.now(UTC).year])
        seen.append(uuid.uuid4())
        looked.set()

    async def main(kernel: Kernel) -> Any:
        await asyncio.sleep(1e7)
        inside.set()
        await kernel.external(looked.wait, 10)
        return uuid.uuid4()

    before = time.time()
    thread = threading.Thread(target=elsewhere)
    thread.start()
    first = simulate(main)
    thread.join()
    assert before <= seen[0] < before + 60
    assert 0.005 < seen[1] < 60
    assert seen[2] == dt.datetime.now(UTC).year
    assert seen[3] != first


def test_external_work_sees_real_time() -> None:
    async def main(kernel: Kernel) -> float:
        await asyncio.sleep(1e7)
        now: float = await kernel.external(time.time)
        return now

    before = time.time()
    assert before <= simulate(main) < before + 60


def test_a_sleep_in_a_job_is_virtual_and_blocks_nobody_else() -> None:
    log: list[tuple[str, float]] = []

    async def main(kernel: Kernel) -> None:
        def job() -> None:
            sleep(10)  # the alias follows
            log.append(("job", time.monotonic()))

        task = asyncio.create_task(asyncio.to_thread(job))
        await asyncio.sleep(4)
        log.append(("loop", time.monotonic()))
        await task
        assert kernel.blocking_sleeps == 0

    simulate(main)
    assert log == [("loop", 4), ("job", 10)]


def test_a_sleep_on_the_loop_blocks_everybody_and_is_counted() -> None:
    log: list[float] = []

    async def main(kernel: Kernel) -> None:
        asyncio.get_running_loop().call_later(1, lambda: log.append(kernel.clock.now))
        time.sleep(10)
        await asyncio.sleep(0.5)
        assert kernel.blocking_sleeps == 1

    simulate(main)
    assert log == [10]


def test_asyncio_run_in_a_job_runs_in_virtual_time() -> None:
    async def main(kernel: Kernel) -> tuple[str, float]:
        async def inner() -> str:
            await asyncio.sleep(5)
            return "answer"

        def sync_tool() -> str:
            return asyncio.run(inner())

        return await asyncio.to_thread(sync_tool), kernel.clock.now

    assert simulate(main) == ("answer", 5)


def test_as_completed_starts_coroutines_in_the_order_given() -> None:
    started: list[int] = []

    async def work(number: int) -> int:
        started.append(number)
        await asyncio.sleep(1)
        return number

    async def main(kernel: Kernel) -> list[int]:
        # Freed memory is reused from the end: their addresses fall where their numbers rise.
        spare = [work(-1) for _ in range(20)]
        while spare:
            spare.pop().close()
        return [await done for done in asyncio.as_completed([work(n) for n in range(20)])]

    assert simulate(main) == list(range(20))
    assert started == list(range(20))


def test_as_completed_takes_and_refuses_what_the_real_one_does() -> None:
    async def main(kernel: Kernel) -> None:
        twice = asyncio.ensure_future(asyncio.sleep(1, "slept"))
        assert [await done for done in asyncio.as_completed([twice, twice])] == ["slept"]
        slow = asyncio.as_completed([asyncio.sleep(9)], timeout=2)
        with pytest.raises(TimeoutError):
            await next(iter(slow))
        with pytest.raises(TypeError, match=r"expects? an iterable"):
            list(asyncio.as_completed(twice))  # type: ignore[arg-type]

    simulate(main)


def test_asyncio_run_on_the_loop_is_refused_as_ever() -> None:
    async def main(_: Kernel) -> None:
        inner = asyncio.sleep(1)
        try:
            asyncio.run(inner)
        finally:
            inner.close()

    with pytest.raises(RuntimeError, match="running event loop"):
        simulate(main)


def test_outside_the_world_everything_is_real_again() -> None:
    names: list[tuple[Any, str]] = [
        (time, "sleep"),
        (time, "monotonic"),
        (os, "urandom"),
        (random, "random"),
    ]
    names += [(uuid, "uuid1"), (asyncio, "run"), (random.Random, "seed")]
    before = [getattr(owner, name) for owner, name in names]
    with virtual_world(Kernel(Seeds(1))):
        assert all(getattr(o, n) is not real for (o, n), real in zip(names, before, strict=True))
    assert [getattr(owner, name) for owner, name in names] == before
    assert not time_machine.escape_hatch.is_travelling()


def test_an_error_inside_leaves_nothing_patched() -> None:
    async def main(_: Kernel) -> None:
        raise ValueError("broken")

    real = time.sleep
    with pytest.raises(ValueError, match="broken"):
        simulate(main)
    assert time.sleep is real


def test_a_world_opens_once_per_kernel() -> None:
    kernel = Kernel(Seeds(1))
    with virtual_world(kernel), pytest.raises(UsageError, match="open already"):  # noqa: SIM117
        with virtual_world(kernel):
            pass
    assert not kernel.virtual


def test_two_worlds_on_two_threads_have_their_own_time_and_chance() -> None:
    results: dict[int, Any] = {}
    both = threading.Barrier(2)

    def world(number: int) -> None:
        async def main(kernel: Kernel) -> tuple[float, uuid.UUID]:
            await asyncio.sleep(number)
            await kernel.external(both.wait, 10)
            return time.monotonic(), uuid.uuid4()

        results[number] = simulate(main, seed=number)

    threads = [threading.Thread(target=world, args=(number,)) for number in (1, 2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    async def alone(_: Kernel) -> tuple[float, uuid.UUID]:
        await asyncio.sleep(1)
        return time.monotonic(), uuid.uuid4()

    assert results[1] == simulate(alone, seed=1)
    assert results[2][0] == 2
    assert results[2][1] != results[1][1]


def test_agent_code_may_travel_by_itself() -> None:
    async def main(_: Kernel) -> int:
        with time_machine.travel(0, tick=False):
            return int(time.time())

    async def never_comes_back(_: Kernel) -> None:
        journeys.append(time_machine.travel(0, tick=False))
        journeys[0].start()

    journeys: list[time_machine.travel] = []
    assert simulate(main) == 0
    simulate(never_comes_back)
    assert time.time() == 0
    journeys[0].stop()
    assert time.time() > EPOCH_S - 1e9


def test_ids_of_checkpoints_do_not_depend_on_the_episode_before() -> None:
    ids = pytest.importorskip("langgraph.checkpoint.base.id")

    def episode(length: float) -> list[str]:
        async def main(_: Kernel) -> list[str]:
            first = str(ids.uuid6())
            await asyncio.sleep(length)
            return [first, str(ids.uuid6())]

        made: list[str] = simulate(main)
        return made

    alone = episode(5)
    episode(1e6)
    assert episode(5) == alone


def test_a_world_is_cheap_to_open() -> None:
    kernel = Kernel(Seeds(1))
    with virtual_world(kernel):
        pass  # the first one looks for aliases
    start = cpu_s()
    for _ in range(200):
        with virtual_world(kernel):
            pass
    assert (cpu_s() - start) / 200 < 0.001  # 0.03 to 0.16 ms in practice
