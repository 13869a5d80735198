import asyncio
import threading

from sandbox.sim.current import RealThread, current_kernel, kernels, virtual_kernel
from sandbox.sim.entropy import virtual_world
from sandbox.sim.kernel import Kernel
from sandbox.sim.seeds import Seeds


def test_only_the_threads_of_a_run_belong_to_its_kernel() -> None:
    elsewhere: list[Kernel | None] = []

    async def main(kernel: Kernel) -> list[Kernel | None]:
        thread = threading.Thread(target=lambda: elsewhere.append(current_kernel()))
        thread.start()
        thread.join()
        return [current_kernel(), await asyncio.to_thread(current_kernel)]

    kernel = Kernel(Seeds(1))
    assert current_kernel() is None
    assert kernel.run(main) == [kernel, kernel]
    assert current_kernel() is None
    assert elsewhere == [None]
    assert kernel not in kernels.values()


def test_a_kernel_is_virtual_only_inside_its_world() -> None:
    async def main(_: Kernel) -> Kernel | None:
        return virtual_kernel()

    kernel = Kernel(Seeds(1))
    assert kernel.run(main) is None
    with virtual_world(kernel):
        assert virtual_kernel() is None  # not running: this thread is nobody's
        assert kernel.run(main) is kernel


def test_a_real_thread_starts_even_inside_a_world() -> None:
    started: list[int] = []

    async def main(_: Kernel) -> None:
        thread = RealThread("mine", started.append, threading.get_ident())
        thread.start()
        thread.join()

    kernel = Kernel(Seeds(1))
    with virtual_world(kernel):
        kernel.run(main)
    assert len(started) == 1
