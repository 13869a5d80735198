"""The full world: building, forking, resetting; and how fast the command line answers."""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time

from sandbox.content.places import Places
from sandbox.systems.store import Store
from sandbox.worlds.world import World


def build_s() -> float:
    """Generating the population, without the cache."""
    with tempfile.TemporaryDirectory() as empty:
        os.environ["SANDBOX_CACHE"] = empty
        fresh = World.load("retail_support", places=Places())
        began = time.process_time()
        fresh.image  # noqa: B018 - building it is what is measured
        taken_s = time.process_time() - began
        del os.environ["SANDBOX_CACHE"]
        return taken_s


def fork_ms(store: Store, count: int = 200) -> float:
    """Another live world, with a first read in it; all of them are kept."""
    kept, times = [], []
    for _ in range(count):
        began = time.perf_counter()
        fork = store.fork()
        fork.value("SELECT count(*) FROM stripe_refunds WHERE charge = 'ch_1'")
        times.append(time.perf_counter() - began)
        kept.append(fork)
    for fork in kept:
        fork.close()
    return statistics.median(times) * 1e3


def reset_ms(store: Store, count: int = 200) -> float:
    """Back to the beginning after an episode of twenty writes."""
    times = []
    for number in range(count):
        for n in range(20):
            with store.transaction():
                store.execute(
                    "UPDATE zendesk_tickets SET priority = 'high' WHERE id = ?",
                    (1001 + n + number,),
                )
        began = time.perf_counter()
        store.reset()
        times.append(time.perf_counter() - began)
    return statistics.median(times) * 1e3


def help_cpu_ms(count: int = 7) -> float:
    """CPU time of `sandbox --help` as a process of its own."""
    times = []
    for _ in range(count):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(
            [sys.executable, "-m", "sandbox.cli", "--help"], check=True, capture_output=True
        )
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        times.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return statistics.median(times) * 1e3


def measure() -> dict[str, float]:
    """Figures by name, the unit in each."""
    world = World.load("retail_support", places=Places())
    store = Store.from_image(world.image)
    store.reset_point()
    return {
        # The better of two: the first also imports Faker, and compiles it if no bytecode is kept.
        "world_build_s": min(build_s(), build_s()),
        "world_image_mb": len(world.image) / 1e6,
        "world_fork_ms": fork_ms(store),
        "world_reset_ms": reset_ms(store),
        "help_cpu_ms": help_cpu_ms(),
    }


if __name__ == "__main__":
    for name, value in measure().items():
        print(f"{name:20} {value:10.3f}")
