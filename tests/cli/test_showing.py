import json
from pathlib import Path

import pytest

from sandbox.cli.showing import SCHEMAS, show_command
from sandbox.errors import UsageError


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def show(name: str | None, *, schema: bool = False) -> int:
    return show_command(name, schema=schema, lint=False)


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("retail_support", "retail_support: Customer support of an online shop"),
        ("smooth_liar", "id: smooth_liar"),
        ("personas/smooth_liar", "id: smooth_liar"),
        ("tool_timeouts", "id: tool_timeouts"),
        ("hello", "id: hello"),
        ("refund_in_policy", "id: refund_in_policy"),
        ("retail_support/refund_in_policy", "id: refund_in_policy"),
        ("stripe_create_refund", "stripe_create_refund: write, effect refund"),
        ("wait", "wait: lets virtual time pass"),
        ("hello_naive", "hello_naive: Plain Python: tries every failed call again at once"),
        ("timeout_after_commit", "timeout_after_commit: a kind of fault"),
    ],
)
def test_everything_that_has_a_name_can_be_shown(
    name: str, line: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert show(name) == 0
    assert line in capsys.readouterr().out.splitlines()


def test_a_definition_of_the_project_is_shown_before_one_of_the_sandbox(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "faults").mkdir()
    own = folder / "faults" / "tool_timeouts.yaml"
    own.write_text("id: tool_timeouts\ntitle: Ours\nfaults: []")
    show("tool_timeouts")
    assert capsys.readouterr().out == f"# {own}\n{own.read_text()}\n"


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("tool_timeout", "tool_timeouts"),
        ("stripe_create_refnd", "stripe_create_refund"),
        ("refund_in_polcy", "refund_in_policy"),
        ("hello_niave", "hello_naive"),
        ("timeout_after_comit", "timeout_after_commit"),
    ],
)
def test_a_slip_is_answered_with_what_was_meant(name: str, near: str) -> None:
    with pytest.raises(
        UsageError, match=rf"nothing is called '{name}' \(did you mean '{near}'\?\)"
    ):
        show(name)


def test_one_schema_or_all_can_be_exported(capsys: pytest.CaptureFixture[str]) -> None:
    show("task", schema=True)
    one = json.loads(capsys.readouterr().out)
    assert "oracle" in one["properties"]
    show(None, schema=True)
    every = json.loads(capsys.readouterr().out)
    assert set(every) == set(SCHEMAS)
    assert every["task"] == one


def test_a_wrong_kind_of_schema_names_the_right_ones() -> None:
    with pytest.raises(UsageError, match=r"'tsk' \(did you mean 'task'\?\); known: experiment, "):
        show("tsk", schema=True)


def test_nothing_to_show_says_where_names_are_found() -> None:
    with pytest.raises(UsageError, match="`sandbox list`"):
        show(None)
