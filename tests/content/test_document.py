import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox.content.document import Document, load_yaml, parse_yaml, read_text
from sandbox.errors import ContentError

TEXT = """\
title: x
agenda:
  goal: refund
  facts:
    - order: 7
    - mood
"""


def document() -> Document:
    return parse_yaml(TEXT, "p.yaml")


def refusal(path: Path) -> str:
    with pytest.raises(ContentError) as caught:
        load_yaml(path)
    (problem,) = caught.value.problems
    return f"{problem.line}:{problem.column}: {problem.message}"


def test_values_and_keys_are_found_by_their_way_from_the_root() -> None:
    doc = document()
    assert doc.position(("agenda", "goal")) == (3, 9)
    assert doc.key_position(("agenda", "goal")) == (3, 3)
    assert doc.position(("agenda", "facts", 0, "order")) == (5, 14)
    assert doc.position(("agenda", "facts", 1)) == (6, 7)
    assert doc.key_position(("agenda", "facts", 1)) == (6, 7)
    assert doc.position(()) == doc.key_position(()) == (1, 1)


def test_the_position_of_something_absent_is_that_of_its_nearest_parent() -> None:
    assert document().position(("agenda", "facts", 9, "x")) == (5, 5)


def test_a_problem_points_at_a_scalar_but_at_the_key_of_a_container() -> None:
    doc = document()
    assert str(doc.problem(("agenda", "goal"), "odd")) == "p.yaml:3:9: odd"
    assert str(doc.problem(("agenda", "goal"), "odd", key=True)) == "p.yaml:3:3: odd"
    assert str(doc.problem(("agenda", "facts"), "odd")) == "p.yaml:4:3: odd"
    assert str(doc.problem(("agenda", "facts", 7, "x"), "odd")) == "p.yaml:4:3: odd"


def test_data_is_a_fresh_copy_each_time() -> None:
    doc = document()
    doc.data["agenda"]["facts"].clear()
    assert doc.data["agenda"]["facts"] == [{"order": 7}, "mood"]


def test_files_that_are_no_definition_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "x.yaml"
    for raw, told in {
        b"": "1:1: the file is empty",
        b"# nothing\n": "1:1: the file is empty",
        b"---\n...\n": "2:1: the file is empty",
        b"- a\n": "1:1: expected `key: value` lines at the top level",
        b"word\n": "1:1: expected `key: value` lines at the top level",
        b"a: b\nc: caf\xe9\n": "2:7: not UTF-8: byte 0xe9 (invalid continuation byte)",
    }.items():
        file.write_bytes(raw)
        assert refusal(file) == told


def test_a_byte_order_mark_is_no_part_of_the_text(tmp_path: Path) -> None:
    file = tmp_path / "x.yaml"
    file.write_bytes(b"\xef\xbb\xbfa: 1\n")
    assert load_yaml(file).position(("a",)) == (1, 4)


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    assert "cannot be read: No such file" in refusal(tmp_path / "none.yaml")
    assert "cannot be read: Is a directory" in refusal(tmp_path)
    assert "cannot be read" in refusal(Path("a\0b"))
    with pytest.raises(ContentError):
        load_yaml(tmp_path / "none.yaml", cache=True)


def test_messages_name_a_file_below_the_working_directory_by_its_short_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "worlds").mkdir()
    file = tmp_path / "worlds" / "w.yaml"
    file.write_text("a: 1")
    monkeypatch.chdir(tmp_path)
    assert load_yaml(file).file == str(Path("worlds/w.yaml"))
    monkeypatch.chdir(tmp_path / "worlds")
    assert load_yaml(file).file == "w.yaml"


def test_the_cache_gives_the_same_document_until_the_file_changes(tmp_path: Path) -> None:
    file = tmp_path / "x.yaml"
    file.write_text("a: 1\n")
    first = load_yaml(file, cache=True)
    assert load_yaml(file, cache=True) is first
    assert load_yaml(file) is not first
    file.write_text("a: 22\n")
    assert load_yaml(file, cache=True).data == {"a": 22}


def test_a_task_file_of_200_lines_loads_fast() -> None:
    lines = [f"- {{id: t{n}, goal: 'a refund of $49.99', steps: [1, 2, 3]}}" for n in range(100)]
    lines += [f"- id: u{n}\n  goal: a refund" for n in range(50)]
    text = "tasks:\n" + "\n".join(lines) + "\n"
    assert text.count("\n") == 201
    spent_s = []
    for _ in range(5):
        start = time.process_time()
        parse_yaml(text, "t.yaml")
        spent_s.append(time.process_time() - start)
    # 20 to 30 ms on an idle core; the bound only catches a change of the order.
    assert min(spent_s) < 0.1


@settings(deadline=None)
@given(st.binary(max_size=200))
def test_random_bytes_are_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, raw: bytes
) -> None:
    file = tmp_path_factory.getbasetemp() / "random.yaml"
    file.write_bytes(raw)
    try:
        load_yaml(file)
    except ContentError as caught:
        refused = caught
    else:
        return
    assert all(problem.line >= 1 for problem in refused.problems)


def test_text_keeps_its_line_ends(tmp_path: Path) -> None:
    file = tmp_path / "x.csv"
    file.write_bytes(b"a\r\nb\n")
    assert read_text(file) == "a\r\nb\n"
