"""A day of traffic: 10,000 arrivals x 5 tool calls against one store, in one process.

Prints wall time, steps per second and peak memory, for a day and for three: memory must not grow
with the length. Run as `python benchmarks/day.py DAYS` it measures itself.
"""

from __future__ import annotations

import asyncio
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from sandbox.content.places import Places
from sandbox.sim.kernel import Kernel
from sandbox.sim.points import Points
from sandbox.sim.seeds import Seeds
from sandbox.sim.trace import Trace
from sandbox.systems.effects import Ledger
from sandbox.systems.store import Store
from sandbox.worlds.company import Company
from sandbox.worlds.world import World

ARRIVALS = 10_000
CALLS = 5


async def visit(company: Company, number: int, charges: list[str], orders: list[int]) -> None:
    """One agent: it reads four charges and writes a note on an order."""
    name = f"c{number}"
    tools = company.toolbox(conversation=name)
    for step in range(CALLS):
        if step == 3:
            order = orders[number % len(orders)]
            await tools["commerce_add_order_note"](order_id=order, body="Looking into it.")
        else:
            await tools["stripe_get_charge"](charge=charges[(number * CALLS + step) % len(charges)])
        await company.clock.sleep(20.0)
    company.host.ledger.clear(name)
    company.host.forget(name)


def _ids(store: Store, table: str) -> list[str]:
    return [row["id"] for row in store.rows(f"SELECT id FROM {table} ORDER BY id LIMIT 5000")]


async def day(kernel: Kernel, world: World, days: float, out: Path) -> int:
    """Let them all arrive; how many calls were made."""
    store = Store.from_image(world.image)
    store.reset_point()
    with out.open("w", encoding="utf-8") as file:
        trace = Trace(lambda: kernel.clock.now, out=file, keep=False)
        company = Company.open(
            world, store=store, clock=kernel.clock, seeds=kernel.seeds, points=Points(),
            trace=trace, ledger=Ledger(),
        )  # fmt: skip
        charges = _ids(store, "stripe_charges")
        orders = _ids(store, "commerce_orders")
        rng = kernel.seeds.stream("arrivals")
        count = int(ARRIVALS * days)
        running: set[asyncio.Task[None]] = set()
        for number in range(count):
            await kernel.clock.sleep(rng.expovariate(ARRIVALS / 86_400))
            task = asyncio.ensure_future(visit(company, number, charges, orders))
            running.add(task)
            task.add_done_callback(running.discard)
        await asyncio.gather(*running)
    return count * CALLS


def run(days: float) -> dict[str, float]:
    """The figures of a stretch of *days*, measured in this process."""
    world = World.load("retail_support", places=Places())
    world.image  # noqa: B018 - built before the clock starts
    kernel = Kernel(Seeds(1), epoch=world.epoch_s)
    with tempfile.TemporaryDirectory() as scratch:
        began = time.perf_counter()
        steps = kernel.run(day(kernel, world, days, Path(scratch) / "trace.jsonl"))
        wall_s = time.perf_counter() - began
    return {"wall_s": wall_s, "steps_per_s": steps / wall_s, "peak_mb": peak_mb()}


def peak_mb() -> float:
    """Peak memory of this process. `ru_maxrss` would be its parent's, if that one was larger."""
    status = Path("/proc/self/status")
    if status.exists():
        line = next(x for x in status.read_text().splitlines() if x.startswith("VmHWM"))
        return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def measure() -> dict[str, float]:
    """One day and three, each in a fresh process."""
    one, three = (_fresh(days) for days in (1, 3))
    return {
        "day_wall_s": one["wall_s"],
        "day_steps_per_s": one["steps_per_s"],
        "day_peak_mb": one["peak_mb"],
        "three_days_peak_mb": three["peak_mb"],
        "day_memory_growth": three["peak_mb"] / one["peak_mb"],
    }


def _fresh(days: float) -> dict[str, float]:
    done = subprocess.run(
        [sys.executable, __file__, str(days)], check=True, capture_output=True, text=True
    )
    figures: dict[str, float] = json.loads(done.stdout)
    return figures


if __name__ == "__main__":
    print(json.dumps(run(float(sys.argv[1]) if len(sys.argv) > 1 else 1)))
