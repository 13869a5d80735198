"""Markdown files with YAML front matter between two `---` lines."""

from __future__ import annotations

import re
from pathlib import Path

from sandbox.content.document import content_error, display_name, parse_yaml, read_text
from sandbox.content.model import Model, validate

_FENCE = re.compile(r"^---[ \t]*\r?$", re.MULTILINE)


def load_markdown(path: Path, model: type[Model]) -> tuple[Model, str]:
    """The front matter of *path* as a *model*, and the text below it without outer blank lines."""
    text, file = read_text(path), display_name(path)
    opening = _FENCE.match(text)
    if opening is None:
        raise content_error(file, "expected front matter: a first line `---`", 1, 1)
    closing = _FENCE.search(text, opening.end())
    if closing is None:
        raise content_error(file, "the front matter has no closing line `---`", 1, 1)
    # The first fence becomes an empty line, so that positions are those of the file.
    front = text[opening.end() : closing.start()]
    return validate(parse_yaml(front, file), model), text[closing.end() :].strip()
