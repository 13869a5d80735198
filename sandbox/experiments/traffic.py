"""A stretch of traffic: users arrive by the hour, many conversations share the systems."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from sandbox.experiments.matrix import EpisodePlan
from sandbox.experiments.records import ConversationResult
from sandbox.experiments.spec import Traffic
from sandbox.experiments.stage import Stage
from sandbox.personas.arrivals import arrivals, load_profile
from sandbox.sim.seeds import Seeds

if TYPE_CHECKING:
    from sandbox.experiments.bench import Bench

NUMBERS = 1_000_000
"""Conversation k of episode n has the number n x this + k: paired across cells like episodes."""


async def converse_all(
    bench: Bench, stage: Stage, plan: EpisodePlan, traffic: Traffic, out: list[ConversationResult]
) -> None:
    """Let users arrive for the whole stretch and wait until the last one has left.

    Each result is appended to *out* as it ends; memory holds only the conversations at work.
    """
    seeds = stage.kernel.seeds
    profile = load_profile(traffic.profile, per_day=traffic.arrivals_per_day)
    running: set[asyncio.Task[None]] = set()
    limit = traffic.conversations_max
    count = 0
    async for _ in arrivals(stage.kernel.clock, seeds, profile, traffic.duration_h * 3600):
        if limit is not None and count >= limit:
            break
        count += 1
        task = asyncio.ensure_future(_one(bench, stage, plan, count, out))
        running.add(task)
        task.add_done_callback(running.discard)
    while running:
        await asyncio.wait(running)


async def _one(
    bench: Bench, stage: Stage, plan: EpisodePlan, k: int, out: list[ConversationResult]
) -> None:
    seeds = stage.kernel.seeds.child("arrival", k)
    session = bench.session(
        stage, plan, f"c{k:05d}", _task(bench, seeds), _persona(bench, plan, seeds),
        plan.number * NUMBERS + k,
    )  # fmt: skip
    out.append(await bench.converse(stage, plan, session))


def _task(bench: Bench, seeds: Seeds) -> str:
    """Drawn by weight among the experiment's tasks."""
    wanted = bench.setup.spec.tasks
    names = sorted(bench.world.tasks) if wanted == "all" else list(wanted)
    weights = [bench.world.tasks[n].weight for n in names]
    point = seeds.uniform("task") * sum(weights)
    for name, weight in zip(names, weights, strict=True):
        point -= weight
        if point < 0:
            return name
    return names[-1]


def _persona(bench: Bench, plan: EpisodePlan, seeds: Seeds) -> str:
    condition = next(c for c in bench.setup.spec.conditions if c.name == plan.condition)
    names = condition.personas or bench.setup.spec.personas
    return names[int(seeds.uniform("persona") * len(names))]
