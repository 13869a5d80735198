"""The list of all conversations: data for the page's filter, rows for readers without scripts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.experiments.figures import duration, usd
from sandbox.experiments.metrics import wrong_writes
from sandbox.experiments.records import ConversationResult, EpisodeResult
from sandbox.experiments.results import Results
from sandbox.experiments.visible import shortened, visible

ROWS_SHOWN = 100
"""How many rows the page shows at once."""
SENTENCE_MAX = 300
FACETS = ("agent", "condition", "outcome", "task", "persona")


@dataclass(frozen=True)
class Listed:
    """One conversation as a row."""

    episode: str
    conversation: str
    """Empty where the episode has only one."""
    facets: tuple[str, ...]
    sentence: str
    wrong: int
    steps: int
    cost_usd: float
    sim_s: float
    anchor: str
    """Of its timeline on this page; empty where it has none."""

    @property
    def trace_args(self) -> str:
        """What follows `sandbox trace DIR ` to show its timeline."""
        return trace_args(self.episode, self.conversation)

    @property
    def number(self) -> str:
        """The end of the episode's id, which tells it apart within its cell."""
        own = self.episode.rpartition("-")[2]
        return f"{own}/{self.conversation}" if self.conversation else own

    @property
    def cost(self) -> str:
        """The cost in words."""
        return usd(self.cost_usd)

    @property
    def time(self) -> str:
        """The virtual time in words."""
        return duration(self.sim_s)


@dataclass(frozen=True)
class Listing:
    """The rows, worst first, and all that the page's script needs."""

    rows: tuple[Listed, ...]
    facets: Mapping[str, tuple[str, ...]]
    """The values of each facet, in order of first appearance."""
    command: str
    """`sandbox trace DIR `, to be followed by an episode's id."""

    @property
    def first(self) -> tuple[Listed, ...]:
        """What stands on the page before any script runs."""
        return self.rows[:ROWS_SHOWN]

    def data(self) -> dict[str, Any]:
        """For the script: facets by their index, numbers as numbers."""
        index = {f: {v: i for i, v in enumerate(self.facets[f])} for f in FACETS}
        rows = [
            [
                r.episode, r.number, r.anchor, r.sentence,
                *(index[f][v] for f, v in zip(FACETS, r.facets, strict=True)),
                r.wrong, r.steps, r.cost_usd, r.sim_s, r.cost, r.time, r.trace_args,
            ]
            for r in self.rows
        ]  # fmt: skip
        facets = [list(self.facets[f]) for f in FACETS]
        return {"shown": ROWS_SHOWN, "command": self.command, "facets": facets, "rows": rows}


def outcome_of(unit: ConversationResult) -> str:
    """The outcome, or `invalid`: an invalid conversation has none that counts."""
    return "invalid" if unit.verdict == "invalid" else unit.outcome


def listing(results: Results, anchors: Mapping[tuple[str, str], str]) -> Listing:
    """Every conversation of *results*; *anchors* has the timelines by (episode, conversation)."""
    crowded = {e.id for e in results.episodes if len(e.conversations) > 1}
    rows = tuple(_listed(unit, anchors, crowded) for unit in in_order(results))
    # The order of the experiment where it has one, so that a filter reads like the summary.
    cells = results.summary["cells"]
    values = {
        "agent": dict.fromkeys(c["agent"] for c in cells),
        "condition": dict.fromkeys(c["condition"] for c in cells),
    }
    command = trace_command(results.episodes[0]) if results.episodes else "sandbox trace RESULTS "
    facets = {}
    for i, facet in enumerate(FACETS):
        found = sorted({row.facets[i] for row in rows})
        facets[facet] = tuple(dict.fromkeys([*values.get(facet, ()), *found]))
    return Listing(rows, facets, command)


def trace_args(episode: str, conversation: str) -> str:
    """What `sandbox trace DIR` is given; *conversation* is empty where an episode has only one."""
    return f"{episode} --conversation {conversation}" if conversation else episode


def trace_command(episode: EpisodeResult) -> str:
    """`sandbox trace DIR `: how to read timelines of this run on a terminal."""
    folder = episode.replay.removesuffix(episode.id)
    return folder.replace("sandbox replay", "sandbox trace", 1)


def in_order(results: Results) -> list[ConversationResult]:
    """Failures, worst first, then invalid ones, then the rest in the order of the experiment."""
    units = results.conversations
    invalid = [u for u in units if u.verdict == "invalid"]
    return [*results.worst(len(units)), *invalid, *(u for u in units if u.verdict == "pass")]


def _listed(
    unit: ConversationResult, anchors: Mapping[tuple[str, str], str], crowded: set[str]
) -> Listed:
    facets = (unit.agent, unit.condition, outcome_of(unit), unit.task, unit.persona)
    return Listed(
        visible(unit.episode), visible(unit.id) if unit.episode in crowded else "",
        tuple(visible(f) for f in facets), shortened(visible(unit.sentence), SENTENCE_MAX),
        wrong_writes(unit), unit.steps, round(unit.cost_usd, 6), round(unit.sim_s, 3),
        anchors.get((unit.episode, unit.id), ""),
    )  # fmt: skip
