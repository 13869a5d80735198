import json
from pathlib import Path

import pytest

from sandbox.cli.listing import list_command
from sandbox.errors import UsageError


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "faults").mkdir()
    (tmp_path / "faults" / "ours.yaml").write_text("id: ours\ntitle: Made here\nfaults: []\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_own_definitions_stand_among_those_of_the_sandbox(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert list_command("faults", as_json=False) == 0
    told = capsys.readouterr().out
    assert "  ours               Made here\n" in told
    assert "  tool_timeouts      " in told
    assert "personas" not in told


def test_everything_is_listed_by_kind(capsys: pytest.CaptureFixture[str]) -> None:
    list_command(None, as_json=False)
    lines = capsys.readouterr().out.splitlines()
    kinds = ["worlds", "personas", "faults", "experiments", "agents"]
    assert [line for line in lines if line in kinds] == kinds
    assert any(line.startswith("  hardened") for line in lines)


def test_json_tells_where_each_one_is(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    list_command("faults", as_json=True)
    listed = json.loads(capsys.readouterr().out)["faults"]
    assert {
        "name": "ours",
        "title": "Made here",
        "path": str(project / "faults/ours.yaml"),
    } in listed


def test_a_wrong_kind_is_answered_with_the_right_one() -> None:
    with pytest.raises(UsageError, match=r"'wrlds' to list \(did you mean 'worlds'\?\)"):
        list_command("wrlds", as_json=False)
