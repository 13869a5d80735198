"""Names and what they stand for, in two columns; and words that only need to be wrapped."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from sandbox.experiments.visible import visible

INDENT = "  "
TEXT_WIDTH_MIN = 20
"""Narrower than this, the text of a row is not wrapped."""


def print_rows(console: Console, title: str, rows: Sequence[tuple[str, str]]) -> None:
    """Print *title* and beneath it the *rows*, each a name and a text.

    On a terminal the text is wrapped beneath itself. In a pipe every row stays on one line, so that
    `grep` finds whole ones. No line has spaces at its end.
    """
    print_line(console, title, "bold")
    column = max((cell_len(visible(name)) for name, _ in rows), default=0) + 2
    for name, text in rows:
        told = visible(name)
        first, *more = wrapped(console, visible(text), len(INDENT) + column)
        padding = " " * (column - cell_len(told))
        line = Text.assemble(INDENT, (told, "cyan"), padding, first)
        console.print(_bare(line), soft_wrap=True)
        for rest in more:
            print_line(console, f"{INDENT}{' ' * column}{rest}")


def print_text(console: Console, text: str, *, indent: str = "") -> None:
    """Print *text*, wrapped on a terminal, every line after *indent*."""
    for line in wrapped(console, visible(text), len(indent)):
        print_line(console, f"{indent}{line}")


def print_line(console: Console, text: str, style: str = "") -> None:
    """Print *text* as one line that is never wrapped."""
    console.print(_bare(Text(text, style=style)), soft_wrap=True)


def wrapped(console: Console, text: str, indent: int) -> list[str]:
    """The lines of *text* to the right of *indent*; one line where there is no terminal."""
    width = console.width - indent
    if not console.is_terminal or width < TEXT_WIDTH_MIN:
        return [" ".join(text.split())]
    return textwrap.wrap(text, width, break_long_words=False, break_on_hyphens=False) or [""]


def _bare(line: Text) -> Text:
    line.rstrip()
    return line
