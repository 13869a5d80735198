import asyncio
import threading
import time
from typing import Any

import pytest

from sandbox.errors import UsageError
from sandbox.sim.kernel import Kernel
from sandbox.sim.seeds import Seeds


def simulate(main: Any) -> Any:
    return Kernel(Seeds(1)).run(main)


def slow(value: Any, real_s: float = 0.02) -> Any:
    time.sleep(real_s)
    return value


def test_the_clock_stands_still_while_real_work_is_in_flight() -> None:
    async def main(kernel: Kernel) -> tuple[Any, float]:
        asyncio.get_running_loop().call_later(1000, print)
        return await kernel.external(slow, "answer"), kernel.clock.now

    assert simulate(main) == ("answer", 0)


@pytest.mark.parametrize("latency", [2.5, lambda answer: len(answer) / 2])
def test_the_latency_is_charged_afterwards(latency: Any) -> None:
    async def main(kernel: Kernel) -> float:
        await kernel.external(slow, "12345", latency=latency)
        return kernel.clock.now

    assert simulate(main) == 2.5


def test_work_commits_in_the_order_of_issue_however_long_it_really_took() -> None:
    async def main(kernel: Kernel) -> list[int]:
        done: list[int] = []

        async def ask(number: int, real_s: float) -> None:
            done.append(await kernel.external(slow, number, real_s))

        await asyncio.gather(ask(1, 0.06), ask(2, 0.0), ask(3, 0.03))
        return done

    assert simulate(main) == [1, 2, 3]


def test_modelled_latencies_decide_who_is_first_not_this_machine() -> None:
    async def main(kernel: Kernel) -> list[tuple[int, float]]:
        done: list[tuple[int, float]] = []

        async def ask(number: int, real_s: float, latency: float) -> None:
            await kernel.external(slow, number, real_s, latency=latency)
            done.append((number, kernel.clock.now))

        await asyncio.gather(ask(1, 0.0, 9.0), ask(2, 0.05, 1.0), asyncio.sleep(5))
        return done

    assert simulate(main) == [(2, 1.0), (1, 9.0)]


def test_work_issued_at_one_instant_runs_side_by_side() -> None:
    both = threading.Barrier(2)

    async def main(kernel: Kernel) -> None:
        async def later() -> None:
            await asyncio.sleep(1)
            await kernel.external(both.wait, 10)

        await asyncio.gather(later(), later())

    simulate(main)


def test_an_error_of_the_work_reaches_its_task_and_charges_the_latency() -> None:
    def broken() -> None:
        raise ConnectionError("no route")

    async def main(kernel: Kernel) -> float:
        with pytest.raises(ConnectionError, match="no route"):
            await kernel.external(broken, latency=3)
        return kernel.clock.now

    assert simulate(main) == 3


def test_an_error_of_the_latency_function_reaches_the_task() -> None:
    async def main(kernel: Kernel) -> None:
        with pytest.raises(ZeroDivisionError):
            await kernel.external(slow, 0, latency=lambda answer: 1 / answer)

    simulate(main)


def test_a_coroutine_function_runs_on_a_plain_loop_in_real_time() -> None:
    async def real_client() -> str:
        await asyncio.sleep(0.01)
        return type(asyncio.get_running_loop()).__name__

    async def main(kernel: Kernel) -> Any:
        return await kernel.external(real_client)

    assert simulate(main) != "SimLoop"


def test_stop_iteration_arrives_as_an_error_that_a_task_can_raise() -> None:
    async def main(kernel: Kernel) -> None:
        with pytest.raises(RuntimeError, match="StopIteration"):
            await kernel.external(next, iter(()))

    simulate(main)


def test_a_run_that_ends_drops_the_work_in_flight() -> None:
    release = threading.Event()

    async def main(kernel: Kernel) -> str:
        kernel.external(release.wait, 10)
        return "main is done"

    kernel = Kernel(Seeds(1))
    assert kernel.run(main) == "main is done"
    release.set()

    async def second(kernel: Kernel) -> Any:
        return await kernel.external(slow, "second")

    assert kernel.run(second) == "second"


def test_a_cancelled_wait_is_no_error_when_the_work_ends() -> None:
    async def main(kernel: Kernel) -> Any:
        task = asyncio.ensure_future(kernel.external(slow, 1))
        task.cancel()
        return await kernel.external(slow, 2)

    assert simulate(main) == 2


def test_external_work_is_for_coroutines_of_the_kernel() -> None:
    with pytest.raises(UsageError, match="coroutines of this kernel"):
        Kernel(Seeds(1)).external(slow, 1)
