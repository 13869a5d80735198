import json
import math
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from sandbox.content.nodes import DEPTH_MAX, NODES_MAX, YamlProblem, parse


def problem(text: str) -> YamlProblem:
    with pytest.raises(YamlProblem) as caught:
        parse(text)
    return caught.value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("on", "on"),
        ("no", "no"),
        ("12:30:00", "12:30:00"),
        ("2026-03-02", "2026-03-02"),
        ("1_000", "1_000"),
        ("true", True),
        ("FALSE", False),
        ("~", None),
        ("", None),
        ("0123", 123),
        ("0o17", 15),
        ("0x1F", 31),
        ("-7", -7),
        ("1e3", 1000.0),
        (".5", 0.5),
        ("1.2.3", "1.2.3"),
        ("+", "+"),
        ("-.inf", -math.inf),
        ("'7'", "7"),
        ('"null"', "null"),
        ("|\n  a\n  b\n", "a\nb\n"),
    ],
)
def test_scalars_follow_the_yaml_1_2_core_schema(text: str, value: object) -> None:
    read = parse(f"a: {text}").plain()["a"]
    assert read == value
    assert type(read) is type(value)


def test_not_a_number_is_read_as_such() -> None:
    assert math.isnan(parse("a: .nan").plain()["a"])


def test_every_value_and_key_knows_its_place() -> None:
    root = parse("# why\na: 1\nb:\n  - c: x\n    d: {e: 2}\n")
    item = root.child("b").child(0)  # type: ignore[union-attr]
    assert item is not None
    assert root.keys == {"a": (2, 1), "b": (3, 1)}
    assert (item.position, item.keys) == ((4, 5), {"c": (4, 5), "d": (5, 5)})
    assert item.child("d").child("e").position == (5, 12)  # type: ignore[union-attr]


def test_an_empty_value_is_found_at_its_key() -> None:
    root = parse("a:\nb:\n  {}\nc: ~\n")
    assert root.child("a").position == (1, 1)  # type: ignore[union-attr]
    assert root.child("b").position == (3, 3)  # type: ignore[union-attr]
    assert root.child("c").position == (4, 4)  # type: ignore[union-attr]


def test_a_missing_child_is_none() -> None:
    root = parse("a: [1]")
    items = root.child("a")
    assert items is not None
    assert root.child("b") is None
    assert items.child(1) is None
    assert items.child(-1) is None
    assert items.child("0") is None
    assert items.child(0).child(0) is None  # type: ignore[union-attr]


def test_an_alias_stands_for_the_anchored_value_but_shares_nothing_with_it() -> None:
    root = parse("a: &x {n: [1]}\nb: *x\n")
    data = root.plain()
    data["a"]["n"].append(2)
    assert data["b"] == {"n": [1]}
    b = root.child("b")
    assert b is not None
    assert b.position == (2, 4)
    assert b.child("n").position == (1, 11)  # type: ignore[union-attr]


def test_an_alias_bomb_is_refused_where_it_grows_too_large() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12)]
    found = problem("\n".join(lines))
    assert "aliases written out" in found.message
    assert found.line == math.ceil(math.log(NODES_MAX, 9))


def test_an_alias_bomb_of_mappings_is_refused_too() -> None:
    lines = ["a0: &a0 {k: x, l: x, m: x}"]
    lines += [f"a{n}: &a{n} {{k: *a{n - 1}, l: *a{n - 1}, m: *a{n - 1}}}" for n in range(1, 20)]
    assert "aliases written out" in problem("\n".join(lines)).message


@pytest.mark.parametrize(
    ("text", "line", "column", "words"),
    [
        ("a: 1\nb: [1, 2", 2, 9, "a flow sequence that begins at 2:4"),
        ("a: 1\n b: 2\n", 2, 3, "not YAML"),
        ("a: 'x\n", 2, 1, "not YAML"),
        ("a: \x07\n", 1, 4, "not YAML"),
        ("a: 1\nb: 2\na: 3\n", 3, 1, "duplicate key 'a': already set at 1:1"),
        ("a: *x\n", 1, 4, "no anchor"),
        ("a: &x [*x]\n", 1, 8, "inside its own anchor"),
        ("a: !!python/object:os.system {}\n", 1, 4, "tags are not supported"),
        ("a: !!str 5\n", 1, 4, "tags are not supported"),
        ("true: 1\n", 1, 1, "put it in quotes"),
        ("1.5: 1\n", 1, 1, "put it in quotes"),
        ("? [a]\n: 1\n", 1, 3, "a key must be text"),
        ("&x a: 1\n", 1, 1, "anchor"),
        ("a: &x {b: 1}\nc:\n  <<: *x\n", 3, 3, "merge keys"),
        ("a: 1\n---\nb: 2\n", 2, 1, "a second document"),
        ("a: " + "9" * 5000, 1, 4, "digits"),
        ("a: '\\q'\nb: \"\\ud800\"", 2, 4, "does not stand for a character"),
        ("", 1, 1, "empty"),
        ("# only a comment\n", 1, 1, "empty"),
    ],
)
def test_a_mistake_is_told_with_its_place(text: str, line: int, column: int, words: str) -> None:
    found = problem(text)
    assert words in found.message
    assert (found.line, found.column) == (line, column)


def test_a_file_may_nest_deep_but_not_without_end() -> None:
    assert parse("[" * DEPTH_MAX + "]" * DEPTH_MAX).plain()
    assert "levels deep" in problem("[" * 100_000).message
    assert "levels deep" in problem("{a: " * 2000).message


def test_a_quoted_merge_sign_is_an_ordinary_key() -> None:
    assert parse("'<<': 1").plain() == {"<<": 1}


@settings(deadline=None)
@given(st.text())
@example("\ufeff")
@example("%YAML 9.9\n---\na: 1")
@example('"\\U99999999"')
@example("a: !<x")
@example("--- |9\n")
def test_random_text_is_read_or_refused(text: str) -> None:
    try:
        parse(text).plain()
    except YamlProblem as caught:
        refused = caught
    else:
        return
    assert refused.line >= 1
    assert refused.column >= 1
    assert "\n" not in refused.message


@settings(deadline=None)
@given(st.text(alphabet="ab01 \n\t-:?,[]{}&*!|>'\"%@`#.<~\\xu\r\0é"))
def test_random_punctuation_is_read_or_refused(text: str) -> None:
    test_random_text_is_read_or_refused.hypothesis.inner_test(text)  # type: ignore[attr-defined]


def structures() -> st.SearchStrategy[Any]:
    text = st.text(st.characters(codec="utf-8"), max_size=8)
    leaf = (
        st.none()
        | st.booleans()
        | st.integers()
        | st.floats(allow_nan=False, allow_infinity=False)
        | text
    )
    return st.recursive(
        leaf,
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(text, inner, max_size=4),
        max_leaves=12,
    )


@settings(deadline=None)
@given(st.dictionaries(st.text("abc", min_size=1, max_size=3), structures(), max_size=4))
@example({"a": "?0"})
@example({"a": {"\U0001f600": None}})
def test_every_json_file_is_read_as_json_reads_it(data: dict[str, Any]) -> None:
    assert parse(json.dumps(data, indent=1)).plain() == data
