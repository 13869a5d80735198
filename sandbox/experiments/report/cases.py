"""The bad conversations one by one: verdict, what grading found, and the timeline."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from sandbox.errors import UsageError
from sandbox.experiments.entry import Entry, Tag
from sandbox.experiments.figures import duration, usd
from sandbox.experiments.folder import ResultsFolder
from sandbox.experiments.records import ConversationResult, EpisodeResult, Loop
from sandbox.experiments.report.listing import in_order, outcome_of, trace_args, trace_command
from sandbox.experiments.results import Results
from sandbox.experiments.timeline import timeline
from sandbox.experiments.trace_file import Event, of_conversation, read_events
from sandbox.experiments.visible import shortened

CASES_MAX = 40
"""Timelines on the page: a megabyte or two, whatever the size of the run."""
EACH_CELL = 2
"""The worst of every cell have a place, however bad another cell is."""
ENTRIES_HEAD, ENTRIES_TAIL = 80, 40
CHARACTERS_MAX = 700


@dataclass(frozen=True)
class Case:
    """One bad conversation as the page shows it."""

    anchor: str
    unit: ConversationResult
    outcome: str
    replay: str
    trace: str
    """The command that shows all of the timeline."""
    facts: tuple[tuple[str, str], ...]
    findings: tuple[tuple[Tag, str], ...]
    """What grading found, each with its tag."""
    origin_s: float
    """When the conversation began: its timeline counts from here."""
    head: tuple[Entry, ...]
    left_out: int
    """Entries between head and tail that are not shown."""
    tail: tuple[Entry, ...]

    @property
    def key(self) -> tuple[str, str]:
        """Which conversation it is: (episode, conversation)."""
        return self.unit.episode, self.unit.id


def cases(results: Results) -> list[Case]:
    """The worst conversations of *results* (at most `CASES_MAX`), worst first."""
    folder = ResultsFolder.open(results.path)
    episodes = {e.id: e for e in results.episodes}
    chosen = _chosen(results)
    events: dict[tuple[str, str], list[Event]] = {}
    for name in dict.fromkeys(unit.episode for unit in chosen):
        wanted = [unit.id for unit in chosen if unit.episode == name]
        events |= _events(folder, episodes[name], wanted)
    return [
        _case(f"case-{number}", unit, episodes[unit.episode], events[unit.episode, unit.id])
        for number, unit in enumerate(chosen, 1)
    ]


def _chosen(results: Results) -> list[ConversationResult]:
    bad = [unit for unit in in_order(results) if unit.verdict != "pass"]
    seen: Counter[str] = Counter()
    ranked = []
    for position, unit in enumerate(bad):
        seen[unit.cell] += 1
        ranked.append((seen[unit.cell] > EACH_CELL, position))
    kept = sorted(position for _, position in sorted(ranked)[:CASES_MAX])
    return [bad[position] for position in kept]


def _events(
    folder: ResultsFolder, episode: EpisodeResult, wanted: Sequence[str]
) -> dict[tuple[str, str], list[Event]]:
    """The events of the *wanted* conversations of one episode; none where no trace was written."""
    alone = len(episode.conversations) == 1
    try:
        path = folder.trace_path(episode.id)
    except UsageError:
        return {(episode.id, name): [] for name in wanted}
    kept = list(read_events(path, naming=() if alone else wanted))
    # The only conversation of an episode owns all of its events, those of the world included.
    return {(episode.id, n): kept if alone else of_conversation(kept, n) for n in wanted}


def _case(
    anchor: str, unit: ConversationResult, episode: EpisodeResult, events: Sequence[Event]
) -> Case:
    entries = [_cut(entry) for entry in timeline(events, results=[unit])]
    many = len(entries) > ENTRIES_HEAD + ENTRIES_TAIL
    tail = entries[-ENTRIES_TAIL:] if many else []
    head = entries[:ENTRIES_HEAD] if many else entries
    return Case(
        anchor, unit, outcome_of(unit), episode.replay,
        _trace(unit, episode), tuple(_facts(unit)),
        tuple(_findings(unit)), float(events[0]["t"]) if events else 0.0, tuple(head),
        len(entries) - len(head) - len(tail), tuple(tail),
    )  # fmt: skip


def _trace(unit: ConversationResult, episode: EpisodeResult) -> str:
    alone = len(episode.conversations) == 1
    return trace_command(episode) + trace_args(episode.id, "" if alone else unit.id)


def _cut(entry: Entry) -> Entry:
    parts = tuple(
        replace(part, value=shortened(part.text(pretty=True), CHARACTERS_MAX))
        for part in entry.parts if not part.bulky
    )  # fmt: skip
    return replace(entry, text=shortened(entry.text, 2 * CHARACTERS_MAX), parts=parts)


def _facts(unit: ConversationResult) -> Iterator[tuple[str, str]]:
    yield "agent", unit.agent
    yield "condition", unit.condition
    yield "task", unit.task
    yield "persona", unit.persona
    yield "tool calls", str(unit.steps)
    yield "model calls", str(unit.model_calls)
    yield "cost", usd(unit.cost_usd)
    yield "virtual time", duration(unit.sim_s)


def _findings(unit: ConversationResult) -> Iterator[tuple[Tag, str]]:
    if unit.invalid:
        yield Tag("invalid", "quiet"), unit.invalid
    for effect in unit.effects:
        if effect.verdict == "ok":
            continue
        where = f"{effect.effect} on {effect.target}" if effect.target else effect.effect
        more = [f"rule: {effect.rule}"] if effect.rule else []
        more += [f"after {', '.join(effect.faults)}"] if effect.faults else []
        more += [f"undone by {effect.compensated_by}"] if effect.compensated_by else []
        yield Tag(effect.verdict.replace("_", " "), "bad"), "; ".join([where, *more])
    for violation in unit.violations:
        yield Tag("policy", "bad"), f"{violation.title}: {violation.message}"
    for told in unit.untold:
        yield Tag("not told", "bad"), told
    for loop in unit.loops:
        yield Tag(loop.type, "bad"), _loop(loop)
    for fault in unit.faults_fired:
        seen = fault in unit.faults_changed
        yield Tag("fault", "fault"), f"{fault} ({_SEEN[seen]})"


_SEEN = {True: "changed what the agent saw", False: "the agent saw no difference"}


def _loop(loop: Loop) -> str:
    told = [f"rule {loop.rule}"]
    if loop.flagged_step >= loop.start_step:
        told.append(f"steps {loop.start_step} to {loop.flagged_step}, {loop.steps_wasted} wasted")
    if loop.cost_usd_wasted > 0:
        told.append(f"{usd(loop.cost_usd_wasted)} wasted")
    return ", ".join(told)
