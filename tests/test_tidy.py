"""The limits of STYLE as tests: sizes, mirror tests, nothing left over, no machine's paths."""

import ast
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
FILE_LINES_MAX = 400
FUNCTION_LINES_MAX = 50

ALLOWED: dict[str, str] = {}
"""Accepted exceptions: "rule: path" or "rule: path function" -> the reason why it must be so."""

PYTHON = ("sandbox", "tests", "benchmarks")
TEMPLATES = Path("sandbox/cli/project")
"""What `sandbox init` writes: code of a user, run as such by the test of `sandbox init`."""
TEXT = (*PYTHON, "worlds", "personas", "faults", "experiments", "notebooks", "docs", ".ci")
TEXT_SUFFIXES = {
    "", ".cfg", ".css", ".csv", ".html", ".ipynb", ".j2", ".js", ".json", ".md", ".py", ".sh",
    ".toml", ".txt", ".yaml", ".yml",
}  # fmt: skip
# Written in pieces, so that this file does not break its own rules.
LEFT_OVER = re.compile("|".join(("TO" + "DO", "FIX" + "ME", "X" + "XX")).join((r"\b(", r")\b")))
MACHINE_PATH = re.compile(r"(?<![\w.$}>~])/(home|Users|root|work|mnt|workspace)" + r"/\w")

Rule = Callable[[Path], Iterator[tuple[str, str]]]
"""Gives, for a repository, each offender (path, or path and function) and what is wrong with it."""


def python_files(root: Path, folders: tuple[str, ...] = PYTHON) -> list[Path]:
    return [path for path in text_files(root, folders) if path.suffix == ".py"]


def text_files(root: Path, folders: tuple[str, ...] = TEXT) -> list[Path]:
    found = [path for folder in folders for path in (root / folder).rglob("*")]
    if folders == TEXT:
        found += root.glob("*")
    return sorted(
        path
        for path in found
        if path.suffix in TEXT_SUFFIXES
        and path.is_file()
        and not {"__pycache__", "_content"} & set(path.relative_to(root).parts)
        and (not path.name.startswith(".") or path.name == ".gitignore")
    )


def short(path: Path, root: Path) -> str:
    return path.relative_to(root).as_posix()


def long_files(root: Path) -> Iterator[tuple[str, str]]:
    for path in python_files(root):
        lines = path.read_text().count("\n")
        if lines > FILE_LINES_MAX:
            yield short(path, root), f"{lines} lines, at most {FILE_LINES_MAX}: split it by noun"


def long_functions(root: Path) -> Iterator[tuple[str, str]]:
    for path in python_files(root):
        try:
            tree = ast.parse(path.read_text())
        except SyntaxError as error:
            yield short(path, root), f"not Python at line {error.lineno}: {error.msg}"
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = body_lines(node)
                if lines > FUNCTION_LINES_MAX:
                    wrong = f"{lines} lines at line {node.lineno}, at most {FUNCTION_LINES_MAX}"
                    yield f"{short(path, root)} {node.name}", f"{wrong}: move a step out"


def body_lines(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """How long the body is, without the docstring."""
    body = node.body[1:] if ast.get_docstring(node) is not None else node.body
    return (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0


def modules_without_mirror_test(root: Path) -> Iterator[tuple[str, str]]:
    for path in python_files(root, ("sandbox",)):
        if path.name == "__init__.py" or path.is_relative_to(root / TEMPLATES):
            continue
        module = path.relative_to(root / "sandbox")
        mirror = root / "tests" / module.parent / f"test_{module.stem.strip('_')}.py"
        if not mirror.is_file():
            yield short(path, root), f"no mirror test: write {short(mirror, root)}"


def left_over(root: Path) -> Iterator[tuple[str, str]]:
    yield from matches(root, LEFT_OVER, "do it, or file an issue and remove the note")


def machine_paths(root: Path) -> Iterator[tuple[str, str]]:
    yield from matches(root, MACHINE_PATH, "a path of one machine: make it relative")


def matches(root: Path, pattern: re.Pattern[str], remedy: str) -> Iterator[tuple[str, str]]:
    for path in text_files(root):
        for number, line in enumerate(path.read_text(errors="replace").splitlines(), start=1):
            if found := pattern.search(line):
                start = max(0, found.start() - 30)
                excerpt = line[start : found.end() + 30].strip()
                yield short(path, root), f"line {number}: {remedy}: {excerpt}"


RULES: dict[str, Rule] = {
    "file": long_files,
    "function": long_functions,
    "mirror": modules_without_mirror_test,
    "left over": left_over,
    "path": machine_paths,
}


@pytest.mark.parametrize("rule", RULES)
def test_the_repository_is_tidy(rule: str) -> None:
    wrong = [
        f"{offender}: {what}"
        for offender, what in RULES[rule](ROOT)
        if f"{rule}: {offender}" not in ALLOWED
    ]
    if wrong:
        told = "\n  ".join([f"{len(wrong)} against the rule {rule!r}:", *wrong])
        pytest.fail(told, pytrace=False)


def test_every_accepted_exception_is_still_needed() -> None:
    needed = {f"{name}: {offender}" for name, rule in RULES.items() for offender, _ in rule(ROOT)}
    assert sorted(set(ALLOWED) - needed) == []
    assert all(ALLOWED.values()), "an exception needs its reason"


OFFENCES = {
    "file": ("sandbox/a.py", "x = 1\n" * (FILE_LINES_MAX + 1), "sandbox/a.py"),
    "function": (
        "sandbox/a.py",
        'def long():\n    """Doc."""\n' + "    x = 1\n" * (FUNCTION_LINES_MAX + 1),
        "sandbox/a.py long",
    ),
    "mirror": ("sandbox/b/c.py", "", "sandbox/b/c.py"),
    "left over": ("worlds/w/world.yaml", "title: x  # TO" + "DO later\n", "worlds/w/world.yaml"),
    "path": ("README.md", "see /ho" + "me/ann/sandbox\n", "README.md"),
}


@pytest.mark.parametrize("rule", RULES)
def test_each_rule_sees_an_offence(tmp_path: Path, rule: str) -> None:
    name, text, offender = OFFENCES[rule]
    (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / name).write_text(text)
    assert [found for found, _ in RULES[rule](tmp_path)] == [offender]


def test_a_file_that_is_not_python_is_named(tmp_path: Path) -> None:
    (tmp_path / "sandbox").mkdir()
    (tmp_path / "sandbox" / "a.py").write_text("x = 1\nx = = 2\n")
    assert list(long_functions(tmp_path)) == [
        ("sandbox/a.py", "not Python at line 2: invalid syntax")
    ]


def test_what_is_just_within_the_limits_passes(tmp_path: Path) -> None:
    (tmp_path / "tests").mkdir()
    (tmp_path / "sandbox" / "_content" / "worlds").mkdir(parents=True)
    (tmp_path / "sandbox" / "_content" / "worlds" / "stale.py").write_text("x = 1\n" * 999)
    (tmp_path / "sandbox" / "__init__.py").write_text("x = 1\n" * FILE_LINES_MAX)
    (tmp_path / TEMPLATES).mkdir(parents=True)
    (tmp_path / TEMPLATES / "my_agent.py").write_text("x = 1\n")
    (tmp_path / "sandbox" / "a.py").write_text(
        'def fits():\n    """Doc.\n\n    More.\n    """\n' + "    x = 1\n" * FUNCTION_LINES_MAX
    )
    (tmp_path / "tests" / "test_a.py").write_text("BASE = 'https://shop.test/home/page'\n")
    assert [found for rule in RULES.values() for found in rule(tmp_path)] == []
