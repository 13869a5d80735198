"""README.md is executed: its Python runs, its commands exist, its table is what code computes."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import typer

from sandbox.cli.app import app

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text("utf-8")

FENCED = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
INDENTED = re.compile(r"^(?: {4}.*\n)+", re.MULTILINE)
INLINE = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")
LINK = re.compile(r"\]\(([^)#:]+)(?:#[^)]*)?\)")
SHELL = ("", "sh", "bash", "console", "shell")

# Runs the blocks it is given in one namespace; gives back what each of them printed.
RUNNER = """\
import contextlib, io, json, sys
namespace = {"__name__": "readme"}
printed = []
for line, text in json.load(sys.stdin):
    with contextlib.redirect_stdout(io.StringIO()) as out:
        exec(compile("\\n" * line + text, "README.md", "exec"), namespace)
    printed.append(out.getvalue())
print(json.dumps(printed))
"""


@dataclass(frozen=True)
class Block:
    """A fenced block: the lines before its first one, and the output that is printed below it."""

    language: str
    line: int
    text: str
    output: str | None


def blocks(page: str) -> list[Block]:
    """The fenced blocks of *page*; a ```text block right after another one is that one's output."""
    found = list(FENCED.finditer(page))
    out = []
    for number, match in enumerate(found):
        following = found[number + 1] if number + 1 < len(found) else None
        directly = following is not None and not page[match.end() : following.start()].strip()
        output = following[2] if following is not None and directly else None
        if following is not None and following[1] != "text":
            output = None
        out.append(Block(match[1], page[: match.start(2)].count("\n"), match[2], output))
    return out


def run_python(page: str, folder: Path) -> Iterator[tuple[Block, str]]:
    """Each Python block of *page* and what it printed, all run in one namespace in *folder*."""
    python = [block for block in blocks(page) if block.language == "python"]
    done = subprocess.run(
        [sys.executable, "-c", RUNNER], cwd=folder, check=False, capture_output=True, text=True,
        input=json.dumps([(block.line, block.text) for block in python]),
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return zip(python, json.loads(done.stdout), strict=True)


def commands(page: str) -> list[str]:
    """What a reader may type: lines of shell blocks and of indented blocks, and inline code."""
    lines = [line for b in blocks(page) if b.language in SHELL for line in b.text.splitlines()]
    prose = FENCED.sub("", page)
    lines += [line for block in INDENTED.findall(prose) for line in block.splitlines()]
    lines += INLINE.findall(prose)
    return [
        part.strip().removeprefix("$ ")
        for line in lines
        for part in re.split(r"&&|;", line.replace("\\|", "|").partition("  #")[0])
    ]


def unknown(page: str) -> list[str]:
    """Commands in *page* that do not exist, or have no such option."""
    known = typer.main.get_command(app).commands  # type: ignore[attr-defined]
    options = {
        name: {opt for param in command.params for opt in param.opts} | {"--help"}
        for name, command in known.items()
    }
    top = {"--version", "--help"}
    anywhere = top.union(*options.values())
    targets = set(re.findall(r"^([\w-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    out = []
    for line in commands(page):
        words = re.findall(r"[^\s\[\]|]+", line)
        flags = {word.partition("=")[0] for word in words if word.startswith("--")}
        if words[:1] == ["make"]:
            out += [line] * (not set(words[1:2]) <= targets)
        elif words[:1] == ["sandbox"] and len(words) > 1:
            allowed = options.get(words[1], top if words[1].startswith("--") else None)
            out += [line] * (allowed is None or not flags <= allowed)
        elif words[:1] != ["pip"]:
            out += [line] * (not flags <= anywhere)
    return out


@pytest.mark.slow
def test_every_python_block_runs_and_prints_what_stands_below_it(tmp_path: Path) -> None:
    ran = list(run_python(README, tmp_path))
    assert ran, "a README without an example"
    for block, printed in ran:
        if block.output is not None:
            assert printed == block.output, f"README.md, line {block.line}"


def test_every_command_exists() -> None:
    assert "make demo" in commands(README)
    assert unknown(README) == []


def test_every_link_into_the_repository_leads_somewhere() -> None:
    assert [link for link in LINK.findall(README) if not (ROOT / link).exists()] == []


def test_the_table_of_metrics_is_what_the_code_computes() -> None:
    done = subprocess.run([sys.executable, ROOT / ".ci/readme-tables", "--check"], check=False)
    assert done.returncode == 0, "run .venv/bin/python .ci/readme-tables and commit README.md"


PAGE = """\
Say it:

```python
word = "hello"
```

```python
print(word)
```

```text
hello
```

    make demo        # sets up
    make tea && sandbox run hello --speed 3

Or `sandbox fly`, `sandbox replay DIR [EPISODE \\| --all]`, `--resume`, `--undo`.
"""


def test_blocks_share_names_and_know_their_output(tmp_path: Path) -> None:
    ran = list(run_python(PAGE, tmp_path))
    assert [(block.line, block.output, printed) for block, printed in ran] == [
        (3, None, ""),
        (7, "hello\n", "hello\n"),
    ]


def test_a_block_that_fails_names_its_line(tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match=r'File "README.md", line 4'):
        run_python("\n\n```python\n1 / 0\n```\n", tmp_path)


def test_commands_that_do_not_exist_are_found() -> None:
    assert unknown(PAGE) == ["make tea", "sandbox run hello --speed 3", "sandbox fly", "--undo"]
