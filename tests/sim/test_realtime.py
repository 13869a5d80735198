import threading
import time
from datetime import UTC, datetime

from sandbox.sim import realtime
from sandbox.sim.entropy import virtual_world
from sandbox.sim.kernel import Kernel
from sandbox.sim.seeds import Seeds


def test_real_clocks_stay_real_inside_a_virtual_world() -> None:
    async def main(kernel: Kernel) -> tuple[float, str, float]:
        kernel.sleep_sync(1e6)
        assert time.monotonic() == 1e6
        return realtime.monotonic_s(), realtime.wall_iso(), realtime.cpu_s()

    kernel = Kernel(Seeds(1))
    before, cpu = realtime.monotonic_s(), realtime.cpu_s()
    with virtual_world(kernel):
        monotonic_s, wall, cpu_s = kernel.run(main)
    assert before <= monotonic_s < before + 60
    assert cpu <= cpu_s < cpu + 60
    assert abs((datetime.fromisoformat(wall) - datetime.now(UTC)).total_seconds()) < 60


def test_outside_a_world_they_are_the_usual_ones() -> None:
    assert abs(realtime.monotonic_s() - time.monotonic()) < 60
    told = datetime.fromisoformat(realtime.wall_iso())
    assert abs((told - datetime.now(UTC)).total_seconds()) < 60


def test_a_threads_cpu_time_is_its_own_and_0_once_it_has_ended() -> None:
    end = threading.Event()
    thread = threading.Thread(target=end.wait)
    assert realtime.thread_cpu_s(thread) == 0
    thread.start()
    assert 0 <= realtime.thread_cpu_s(thread) < 1
    end.set()
    thread.join()
    assert realtime.thread_cpu_s(thread) == 0
