"""CSV files in which one row is one model; the first row names the fields."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from sandbox.content.document import content_error, display_name, read_text
from sandbox.content.findings import Finding, findings
from sandbox.content.model import Model
from sandbox.content.shape import field_names, required_names
from sandbox.content.suggest import did_you_mean
from sandbox.errors import ContentError, Problem

# Python's csv module does not say where a cell stands, so the cells are read here (RFC 4180).
_QUOTED = re.compile(r'"((?:[^"]|"")*)"')
_BARE = re.compile(r"[^,\r\n]*")
_LINE_END = re.compile(r"\r\n|\r|\n")


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell and where it begins."""

    text: str
    line: int
    column: int


def load_table(path: Path, model: type[Model]) -> list[Model]:
    """The rows of *path* as *model*; an empty cell means the field's default.

    `ContentError` lists every problem of the header, or if that is right, of all rows.
    """
    file = display_name(path)
    header, *rows = _rows(read_text(path), file) or [[]]
    if not header:
        raise content_error(file, "the file is empty: the first line names the fields", 1, 1)
    _check_header(header, model, file)
    loaded: list[Model] = []
    problems: list[Problem] = []
    for row in rows:
        if len(row) != len(header):
            message = f"{len(row)} cells in a table of {len(header)} columns"
            problems.append(Problem(file, row[0].line, row[0].column, message))
            continue
        cells = {name.text: cell for name, cell in zip(header, row, strict=True)}
        result = _model(cells, model)
        if isinstance(result, list):
            problems += [_problem(finding, cells, file) for finding in result]
        else:
            loaded.append(result)
    if problems:
        raise ContentError(problems)
    return loaded


def _model(cells: dict[str, Cell], model: type[Model]) -> Model | list[Finding]:
    data = {name: cell.text for name, cell in cells.items() if cell.text}
    try:
        return model.model_validate_strings(data)
    except ValidationError as error:
        return findings(model, error, lambda loc: loc[:1] in {(name,) for name in data})


def _problem(finding: Finding, cells: dict[str, Cell], file: str) -> Problem:
    name = str(finding.loc[0]) if finding.loc else ""
    cell = cells.get(name, next(iter(cells.values())))
    return Problem(file, cell.line, cell.column, finding.message)


def _check_header(header: list[Cell], model: type[Model], file: str) -> None:
    known = field_names(model)
    names = [cell.text for cell in header]
    problems = [
        Problem(file, cell.line, cell.column, f"unknown column {cell.text!r}{near}")
        for cell in header
        if cell.text not in known
        for near in [did_you_mean(cell.text, known)]
    ]
    problems += [
        Problem(file, cell.line, cell.column, f"duplicate column {cell.text!r}")
        for i, cell in enumerate(header)
        if cell.text in names[:i]
    ]
    problems += [
        Problem(file, header[0].line, header[0].column, f"missing column {name!r}")
        for name in required_names(model)
        if name not in names
    ]
    if problems:
        raise ContentError(problems)


def _rows(text: str, file: str) -> list[list[Cell]]:
    """All rows of *text* that are not blank."""
    rows: list[list[Cell]] = []
    row: list[Cell] = []
    at, line, line_start = 0, 1, 0
    while at < len(text) or row:
        cell, end = _cell(text, at, line, at - line_start + 1, file)
        row.append(cell)
        for inner in _LINE_END.finditer(text, at, end):
            line, line_start = line + 1, inner.end()
        if text[end : end + 1] == ",":
            at = end + 1
            continue
        line_end = _LINE_END.match(text, end)
        at = line_end.end() if line_end is not None else end
        line, line_start = line + 1, at
        if len(row) > 1 or row[0].text:
            rows.append(row)
        row = []
    return rows


def _cell(text: str, at: int, line: int, column: int, file: str) -> tuple[Cell, int]:
    """The cell that begins at *at*, and where it ends."""
    if text[at : at + 1] != '"':
        bare = _BARE.match(text, at)
        assert bare is not None, "an empty cell matches too"
        return Cell(bare[0].strip(), line, column), bare.end()
    quoted = _QUOTED.match(text, at)
    if quoted is None:
        raise content_error(file, 'a quoted cell is not closed by "', line, column)
    if text[quoted.end() : quoted.end() + 1] not in ("", ",", "\r", "\n"):
        message = 'text after the closing " of a cell (write "" for a quote inside)'
        raise content_error(file, message, line, column)
    return Cell(quoted[1].replace('""', '"'), line, column), quoted.end()
