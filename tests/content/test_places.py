import subprocess
import sys
from pathlib import Path

import pytest

from sandbox.content.places import KINDS, Places, own_folder
from sandbox.errors import UsageError


def write(path: Path, text: str = "title: x\n") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def test_a_persona_in_the_working_directory_is_found_by_its_name(
    tmp_path: Path,
) -> None:
    file = write(tmp_path / "personas" / "grumpy.yaml")
    places = Places(tmp_path)
    assert places.find("personas", "grumpy") == file
    assert places.find("personas", "grumpy.yaml") == file


def test_a_world_is_a_folder_and_is_found_as_its_world_file(tmp_path: Path) -> None:
    file = write(tmp_path / "worlds" / "shop" / "world.yaml")
    write(tmp_path / "worlds" / "shop" / "tasks" / "refund.yaml")
    write(tmp_path / "worlds" / "notes.yaml")
    places = Places(tmp_path)
    assert places.find("worlds", "shop") == file
    assert places.find("worlds", "worlds/shop") == file
    assert "notes" not in [entry.name for entry in places.list("worlds")]


def test_a_path_to_a_file_is_taken_as_it_is(tmp_path: Path) -> None:
    file = write(tmp_path / "elsewhere" / "mine.yaml")
    assert Places(tmp_path).find("experiments", "elsewhere/mine.yaml") == file
    assert Places(tmp_path).find("experiments", str(file)) == file


def test_a_path_in_a_spec_is_read_from_the_spec_files_own_folder(tmp_path: Path) -> None:
    spec = write(tmp_path / "project" / "experiments" / "spec.yaml")
    plan = write(tmp_path / "project" / "experiments" / "bad_day.yaml")
    assert Places(tmp_path).find("faults", "./bad_day.yaml", near=spec) == plan


def test_what_stands_around_a_spec_file_is_found_from_any_working_directory(tmp_path: Path) -> None:
    spec = write(tmp_path / "project" / "experiments" / "spec.yaml")
    persona = write(tmp_path / "project" / "personas" / "grumpy.yaml")
    beside = write(tmp_path / "project" / "experiments" / "faults" / "plan.yaml")
    places = Places(tmp_path)
    assert places.find("personas", "grumpy", near=spec) == persona
    assert places.find("faults", "plan", near=spec) == beside
    with pytest.raises(UsageError):
        places.find("personas", "grumpy")


def test_the_users_own_definition_hides_the_sandboxs_of_the_same_name(tmp_path: Path) -> None:
    spec = write(tmp_path / "project" / "spec.yaml")
    near = write(tmp_path / "project" / "personas" / "grumpy.yaml", "title: near\n")
    own = write(tmp_path / "personas" / "grumpy.yaml", "title: own\n")
    places = Places(tmp_path)
    assert places.find("personas", "grumpy", near=spec) == own
    assert [e.title for e in places.list("personas", near=spec) if e.name == "grumpy"] == ["own"]
    own.unlink()
    assert places.find("personas", "grumpy", near=spec) == near


def test_an_unknown_name_gets_the_nearest_known_one(tmp_path: Path) -> None:
    write(tmp_path / "personas" / "impatient_manager.yaml")
    with pytest.raises(UsageError, match="no persona called 'impatient_manger'") as caught:
        Places(tmp_path).find("personas", "impatient_manger")
    assert "(did you mean 'impatient_manager'?)" in str(caught.value)


def test_a_name_like_no_other_gets_the_list(tmp_path: Path) -> None:
    write(tmp_path / "faults" / "timeouts.yaml")
    with pytest.raises(UsageError, match=r"known: .*timeouts"):
        Places(tmp_path).find("faults", "qqq")


@pytest.mark.parametrize(
    "name", ["", "/", "\0", "a\0.yaml", "..", "x" * 5000 + ".yaml", "nope.yaml", "~a/b"]
)
def test_no_name_however_odd_gives_anything_but_a_usage_error(tmp_path: Path, name: str) -> None:
    for kind in KINDS:
        with pytest.raises(UsageError):
            Places(tmp_path).find(kind, name)


def test_the_list_is_sorted_by_name_and_carries_titles(tmp_path: Path) -> None:
    write(tmp_path / "personas" / "b.yaml", "# a comment\ntitle: 'Bea: the second'\n")
    write(tmp_path / "personas" / "a.yaml", "goal: none\n")
    write(tmp_path / "personas" / "c.yaml", "title: [not text\n")
    write(tmp_path / "personas" / ".hidden.yaml")
    mine = [e for e in Places(tmp_path).list("personas") if e.path.is_relative_to(tmp_path)]
    assert [(e.name, e.title) for e in mine] == [("a", ""), ("b", "Bea: the second"), ("c", "")]


def test_a_checkout_reads_its_own_folders_even_beside_a_stale_wheel_copy(
    tmp_path: Path,
) -> None:
    package = tmp_path / "sandbox"
    stale = package / "_content" / "worlds"
    stale.mkdir(parents=True)
    (tmp_path / "worlds").mkdir()
    assert own_folder("worlds", package) == stale
    (tmp_path / "pyproject.toml").touch()
    assert own_folder("worlds", package) == tmp_path / "worlds"


def test_finding_places_loads_neither_yaml_nor_pydantic() -> None:
    code = (
        "import sys, sandbox.content.places as p; p.Places().folders('worlds');"
        "print([m for m in ('ruamel', 'pydantic', 'csv') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
