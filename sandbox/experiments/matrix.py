"""The episodes of an experiment: cells x numbers, with the seed, task and persona of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sandbox.experiments.spec import Condition, ExperimentSpec
from sandbox.sim.seeds import Seeds


@dataclass(frozen=True)
class EpisodePlan:
    """One episode before it runs."""

    id: str
    """`naive-tool_timeouts-0007`: also its trace's file name."""
    agent: str
    condition: str
    number: int
    """Episodes of one number share seed, task and persona draw across cells."""
    seed: int
    task: str
    """Empty under traffic: arrivals draw their own."""
    persona: str

    @property
    def cell(self) -> str:
        """The cell's id: agent/condition."""
        return f"{self.agent}/{self.condition}"


def episodes(
    spec: ExperimentSpec, tasks: Sequence[str], *, default_persona: str = ""
) -> list[EpisodePlan]:
    """Every episode, numbers outermost: a run that is cut short has all cells equally far."""
    seeds = Seeds(spec.seed, "experiment")
    plans = []
    for number in range(1, spec.episodes + 1):
        seed = seeds.integer("episode", number) >> 16  # 48 bits: exact in JSON everywhere
        task = "" if spec.traffic else tasks[(number - 1) % len(tasks)]
        for condition in spec.conditions:
            persona = _persona(condition, spec, seeds, number) or default_persona
            plans += [
                EpisodePlan(
                    f"{agent.name}-{condition.name}-{number:04d}",
                    agent.name, condition.name, number, seed, task, persona,
                )
                for agent in spec.agents
            ]  # fmt: skip
    return plans


def _persona(condition: Condition, spec: ExperimentSpec, seeds: Seeds, number: int) -> str:
    """Drawn by number alone, so that both agents meet the same person."""
    names = condition.personas or spec.personas
    if not names:
        return ""
    which = "condition" if condition.personas else "experiment"
    return names[int(seeds.uniform("persona", which, number) * len(names))]
