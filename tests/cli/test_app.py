import errno
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NoReturn

import pytest

from sandbox import __version__
from sandbox.cli.app import invoke
from sandbox.errors import SandboxBug, UsageError


def raising(error: BaseException, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let `sandbox list` end in *error*."""

    def fails(*_: object, **__: object) -> NoReturn:
        raise error

    monkeypatch.setattr("sandbox.cli.listing.list_command", fails)


def test_the_version_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert invoke(["--version"]) == 0
    assert capsys.readouterr().out == f"sandbox {__version__}\n"


def test_help_shows_every_command_in_a_line_that_is_not_cut(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    assert invoke(["--help"]) == 0
    lines = capsys.readouterr().out.partition("Commands:\n")[2].splitlines()
    told = {line.split()[0]: line for line in lines if line.startswith("  ") and line[2] != "S"}
    assert list(told) == [
        "run", "replay", "trace", "compare", "list", "show", "init", "doctor",
    ]  # fmt: skip
    assert all(line.endswith(".") and not line.endswith("...") for line in told.values())


def test_help_answers_at_once_since_nothing_heavy_is_imported() -> None:
    code = (
        "import sys; from sandbox.cli import main; main(['--help'])\n"
        "heavy = {'numpy', 'pydantic', 'apsw', 'faker', 'fastapi', 'networkx', 'langchain',"
        " 'simpy', 'ruamel.yaml', 'jinja2'}\n"
        "sys.exit(str(sorted(heavy & set(sys.modules))) if heavy & set(sys.modules) else 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], check=False, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


def test_a_mistake_of_the_user_is_told_in_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    raising(UsageError("no world called 'x'"), monkeypatch)
    assert invoke(["list"]) == 2
    assert capsys.readouterr().err == "error: no world called 'x'\n"


@pytest.mark.parametrize("argv", [["lst"], ["run"], ["run", "hello", "--sed", "3"]])
def test_a_wrong_word_shows_the_usage(argv: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert invoke(argv) == 2
    told = capsys.readouterr().err
    assert told.startswith("Usage: sandbox")
    assert "Traceback" not in told


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (SandboxBug("the ledger is out of order"), "the ledger is out of order"),
        (ZeroDivisionError("division by zero"), "ZeroDivisionError: division by zero"),
    ],
)
def test_a_bug_of_ours_is_told_in_a_line_and_kept_in_a_file(
    error: Exception,
    told: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    raising(error, monkeypatch)
    assert invoke(["list"]) == 70
    first, second = capsys.readouterr().err.splitlines()
    assert first == f"error: a bug of the sandbox: {told}"
    details = Path(second.partition(": ")[2])
    assert "Traceback" in details.read_text()
    assert details.parent == tmp_path


def test_an_interrupt_is_neither_success_nor_bug(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    raising(KeyboardInterrupt(), monkeypatch)
    assert invoke(["list"]) == 130
    assert capsys.readouterr().err == ""


def test_what_a_command_returns_is_the_exit_code(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sandbox.cli.listing.list_command", lambda *_, **__: 3)
    assert invoke(["list"]) == 3


def test_a_reader_that_has_seen_enough_ends_the_command_without_a_word() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        [sys.executable, "-m", "sandbox.cli", "list"],
        stdout=writing, stderr=subprocess.PIPE, check=False,
    )  # fmt: skip
    os.close(writing)
    assert (done.returncode, done.stderr) == (128 + 13, b"")


def test_a_full_disk_is_no_bug_of_ours(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    raising(OSError(errno.ENOSPC, "No space left on device", "results/x.jsonl"), monkeypatch)
    assert invoke(["list"]) == 2
    assert capsys.readouterr().err == "error: No space left on device: results/x.jsonl\n"


def test_a_file_that_we_forgot_to_look_for_is_a_bug_of_ours(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    raising(FileNotFoundError(errno.ENOENT, "No such file or directory", "x"), monkeypatch)
    assert invoke(["list"]) == 70
    assert "a bug of the sandbox: FileNotFoundError" in capsys.readouterr().err


def test_words_go_nowhere_where_the_stream_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    def speaks(*_: object, **__: object) -> int:
        for stream in (sys.stdout, sys.stderr):
            stream.write("heard by nobody")
            stream.flush()
        return 0

    monkeypatch.setattr("sandbox.cli.listing.list_command", speaks)
    monkeypatch.setattr(sys, "stdout", None)  # as Python starts after `>&-`
    monkeypatch.setattr(sys, "stderr", None)
    assert invoke(["list"]) == 0
    sys.stdout.close()
    sys.stderr.close()
