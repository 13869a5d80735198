"""All benchmarks in one run: figures, their goals, and whether each is met.

Ratios are measured within this run against a named floor, so that they mean something on any
machine. Exit code 1 where a goal is missed.
"""

from __future__ import annotations

import sys
from collections.abc import Callable

import agents
import day
import kernel
import store
import world

GOALS: dict[str, tuple[str, float]] = {
    "simpy_inside": ("at least", 0.7),
    "sleep_untraced": ("at least", 0.12),
    "sleep_with_digest": ("at least", 0.09),
    "agent_step_ratio": ("at most", 8.0),
    "agent_step_growth": ("at most", 1.3),
    "world_build_s": ("at most", 2.0),
    "world_fork_ms": ("at most", 0.5),
    "world_reset_ms": ("at most", 1.0),
    "day_memory_growth": ("at most", 1.1),
    "help_cpu_ms": ("at most", 250.0),
}
PARTS: dict[str, Callable[[], dict[str, float]]] = {
    "kernel (against raw SimPy)": kernel.measure,
    "agent step (against the floor script of store.py)": agents.measure,
    "store": store.measure,
    "world retail_support and command line": world.measure,
    "a day: 10,000 arrivals x 5 calls": day.measure,
}


def main() -> int:
    """Print every part's table; 1 where a goal is missed."""
    missed = []
    for title, measure in PARTS.items():
        print(f"\n{title}")
        for name, value in measure().items():
            goal = ""
            if name in GOALS:
                word, bound = GOALS[name]
                met = value >= bound if word == "at least" else value <= bound
                goal = f"  {word} {bound:g}: {'met' if met else 'MISSED'}"
                if not met:
                    missed.append(name)
            print(f"  {name:24} {value:12,.3f}{goal}", flush=True)
    print(f"\n{len(GOALS) - len(missed)} of {len(GOALS)} goals met", *missed)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
