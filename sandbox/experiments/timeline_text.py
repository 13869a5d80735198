"""The timeline on a terminal: a column each for time, who, and what."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from sandbox.experiments.entry import Entry, Part, Tone, clock
from sandbox.experiments.visible import shortened, visible

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

CHARACTERS_MAX = 300
"""Longer arguments and results are cut, unless everything is wanted."""
_WHO_WIDTH = 18
_STYLES = {
    "user": "bold cyan", "agent": "bold green", "model": "dim", "call": "blue",
    "fault": "bold yellow", "effect": "magenta", "approval": "cyan", "crash": "bold red",
    "limit": "bold red",
}  # fmt: skip
_TONES: dict[Tone, str] = {
    "good": "green", "bad": "bold red", "fault": "bold yellow", "quiet": "dim",
}  # fmt: skip


def render_text(entries: Sequence[Entry], console: Console, *, full: bool = False) -> None:
    """Print *entries* on *console*, wrapped to its width, in colour where it has colours.

    Long values are cut with a note of how much is missing; *full* shows all of them, and what the
    model was given and which rows changed.
    """
    from rich.table import Table  # noqa: PLC0415 - heavy, and the report needs none of it

    several = len({e.conversation for e in entries if e.conversation}) > 1
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(justify="right", no_wrap=True, style="dim")
    table.add_column(max_width=_WHO_WIDTH, overflow="ellipsis", no_wrap=True)
    table.add_column(overflow="fold", ratio=1)
    for entry in entries:
        who = f"{entry.conversation} {entry.who}" if several else entry.who
        table.add_row(clock(entry.t), _styled(who, entry), _what(entry, full=full))
    console.print(table)
    if not full and any(_is_cut(part) for entry in entries for part in entry.parts):
        console.print(
            "Long values are cut and bulky ones left out; --full shows everything.", style="dim"
        )


def _styled(who: str, entry: Entry) -> Text:
    from rich.text import Text  # noqa: PLC0415

    return Text(visible(who), style=_STYLES.get(entry.kind, ""))


def _what(entry: Entry, *, full: bool) -> Text:
    """The third column: the sentence, its tags, its parts on lines of their own."""
    from rich.text import Text  # noqa: PLC0415

    quiet = "dim" if entry.kind in ("model", "start", "end") else ""
    out = Text(style=quiet)
    out.append(f"{entry.step}. " if entry.step else "")
    out.append(entry.text if full else shortened(entry.text, 4 * CHARACTERS_MAX))
    if entry.took_s is not None:
        out.append(f"  {entry.took_s:.1f} s", style="dim")
    for tag in entry.tags:
        out.append("  ")
        out.append(f"[{tag.text}]", style=_TONES[tag.tone])
    for line in _lines(entry, full=full):
        out.append("\n")
        out.append(line, style="dim" if quiet else "")
    return out


def _lines(entry: Entry, *, full: bool) -> Iterator[str]:
    for part in entry.parts:
        if full or not part.bulky:
            text = part.text()
            yield f"{part.label}: {text if full else shortened(text, CHARACTERS_MAX)}"


def _is_cut(part: Part) -> bool:
    return part.bulky or len(part.text()) > CHARACTERS_MAX
