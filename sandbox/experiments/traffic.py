"""A stretch of traffic: users arrive by the hour, many conversations share the systems."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from itertools import chain
from typing import TYPE_CHECKING

from sandbox.experiments.matrix import EpisodePlan
from sandbox.experiments.records import ConversationResult
from sandbox.experiments.spec import Traffic
from sandbox.experiments.stage import Stage
from sandbox.personas.arrivals import arrivals, load_profile
from sandbox.sim.seeds import Seeds
from sandbox.worlds.cast import NoCast

if TYPE_CHECKING:
    from sandbox.experiments.bench import Bench
    from sandbox.experiments.session import Session

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
    persona = _persona(bench, plan, seeds)
    sessions = (
        bench.session(stage, plan, f"c{k:05d}", task, persona, plan.number * NUMBERS + k)
        for task in _tasks(bench, seeds)
    )
    first = next(sessions)
    # No lost parcel is left that nobody has asked about: then they come with something else.
    chosen = next((s for s in chain([first], sessions) if _can_be_cast(stage, s)), first)
    out.append(await bench.converse(stage, plan, chosen))


def _can_be_cast(stage: Stage, session: Session) -> bool:
    company = stage.company
    try:
        company.world.casting.draw(session.task, company.host.store, session.seeds, stage.taken)
    except NoCast:
        return False
    return True


def _tasks(bench: Bench, seeds: Seeds) -> Iterator[str]:
    """The experiment's tasks, each once, in an order drawn by weight."""
    wanted = bench.setup.spec.tasks
    names = sorted(bench.world.tasks) if wanted == "all" else list(wanted)
    weights = {name: bench.world.tasks[name].weight for name in names}
    for nth in range(len(weights)):
        yield _by_weight(weights, seeds.uniform("task", nth))


def _by_weight(weights: dict[str, float], draw: float) -> str:
    """The name that *draw*, between 0 and 1, falls on; it is taken out of *weights*."""
    point = draw * sum(weights.values())
    for name in [*weights][:-1]:
        point -= weights[name]
        if point < 0:
            weights.pop(name)
            return name
    return weights.popitem()[0]


def _persona(bench: Bench, plan: EpisodePlan, seeds: Seeds) -> str:
    condition = next(c for c in bench.setup.spec.conditions if c.name == plan.condition)
    names = condition.personas or bench.setup.spec.personas
    return names[int(seeds.uniform("persona") * len(names))]
