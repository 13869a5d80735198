import datetime as dt
from pathlib import Path
from typing import Annotated, Any, Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import Field, ValidationError, field_validator, model_validator

from sandbox.content.document import parse_yaml
from sandbox.content.model import ContentModel, load_model, validate
from sandbox.errors import ContentError


class Timeout(ContentModel):
    kind: Literal["timeout"]
    after_s: float = Field(gt=0)


class Drift(ContentModel):
    kind: Literal["drift"]
    field: str


class Trigger(ContentModel):
    nth: int | list[int] | None = None
    window_s: tuple[float, float] | None = None


class Persona(ContentModel):
    """A synthetic user."""

    name: str
    patience_min: float = 10
    mood: Literal["calm", "angry"] = "calm"
    born: dt.date | None = None
    honest: bool = True
    faults: list[Annotated[Timeout | Drift, Field(discriminator="kind")]] = Field([])
    trigger: Trigger | str | None = None
    hours: dict[int, float] = Field({})
    friend: "Persona | None" = None

    @field_validator("name")
    @classmethod
    def name_is_one_word(cls, name: str) -> str:
        if " " in name:
            raise ValueError("a name is one word")
        return name

    @model_validator(mode="after")
    def angry_people_are_impatient(self) -> "Persona":
        if self.mood == "angry" and self.patience_min > 60:
            raise ValueError("an angry person does not wait an hour")
        return self


def problems(text: str) -> list[str]:
    with pytest.raises(ContentError) as caught:
        validate(parse_yaml(text, "p"), Persona)
    return [str(problem).removeprefix("p:") for problem in caught.value.problems]


def test_a_good_file_becomes_the_model(tmp_path: Path) -> None:
    file = tmp_path / "ann.yaml"
    file.write_text("name: Ann\nhours: {9: 1.5}\nfaults:\n  - {kind: drift, field: id}\n")
    ann = load_model(file, Persona)
    assert ann == Persona(name="Ann", hours={9: 1.5}, faults=[Drift(kind="drift", field="id")])


def test_all_problems_of_a_file_come_at_once_in_file_order() -> None:
    text = "pateince_min: 3\nmood: angri\nhonest: perhaps\nfaults:\n  - kind: drift\n"
    assert problems(text) == [
        "1:1: missing key 'name'",
        "1:1: unknown key 'pateince_min' (did you mean 'patience_min'?)",
        "2:7: expected 'calm' or 'angry', got 'angri' (did you mean 'angry'?)",
        "3:9: expected true or false, got 'perhaps'",
        "5:5: missing key 'field'",
    ]


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("patience_min: abc", "2:15: expected a number, got 'abc'"),
        ("patience_min: .inf", "2:15: expected a finite number, got inf"),
        ("patience_min:", "2:1: expected a number, got nothing"),
        ("born: 2026-13-01", "2:7: expected a date such as 2026-03-02, got '2026-13-01'"),
        ("honest: []", "2:1: expected true or false, got a list"),
        ("faults: 3", "2:9: expected a list, got 3"),
        ("faults: [{kind: drif}]",
         "2:17: unknown kind 'drif' (did you mean 'drift'?); one of 'timeout', 'drift'"),
        ("faults: [{}]", "2:10: missing key 'kind': one of 'timeout', 'drift'"),
        ("faults: [7]", "2:10: expected a mapping (key: value), got 7"),
        ("faults: [{kind: timeout, after_s: 0}]", "2:35: expected a number greater than 0, got 0"),
        ("faults: [{kind: timeout, after_s: 1, filed: x}]",
         "2:38: unknown key 'filed'; known: kind, after_s"),
        ("faults: [{kind: drift, feild: x, field: y}]",
         "2:24: unknown key 'feild' (did you mean 'field'?)"),
        ("hours: {9: x}", "2:12: expected a number, got 'x'"),
        ("hours: {x: 9}", "2:9: wrong key: expected a whole number, got 'x'"),
        ("3: 4", "2:1: unknown key '3'"),
        ("mood: angry\npatience_min: 90", "1:1: an angry person does not wait an hour"),
        ("friend: {name: Bo B}", "2:16: a name is one word"),
        ("friend: {nmae: Bo, name: C}", "2:10: unknown key 'nmae' (did you mean 'name'?)"),
        ("friend:\n  honest: no", "2:1: missing key 'name'"),
    ],
)  # fmt: skip
def test_a_wrong_line_is_told_in_plain_words_and_in_its_place(line: str, told: str) -> None:
    assert problems(f"name: Ann\n{line}\n") == [told]


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("trigger: 3", "2:10: expected a mapping (key: value) or text, got 3"),
        ("trigger: {nht: 3}", "2:11: unknown key 'nht' (did you mean 'nth'?)"),
        ("trigger: {nth: x}", "2:16: expected a whole number or a list, got 'x'"),
        ("trigger: {nth: [1, x]}", "2:20: expected a whole number, got 'x'"),
        ("trigger: {window_s: [1]}", "2:11: missing value number 2"),
        ("trigger: {window_s: [1, x]}", "2:25: expected a number, got 'x'"),
    ],
)
def test_of_a_union_only_the_member_that_was_meant_is_told(line: str, told: str) -> None:
    assert problems(f"name: Ann\n{line}\n") == [told]


def test_text_that_yaml_reads_as_a_number_is_told_to_be_quoted() -> None:
    assert problems("name: 7\n") == ["1:7: expected text, got 7 (put it in quotes)"]


def test_a_part_of_a_document_is_validated_with_positions_of_the_whole() -> None:
    document = parse_yaml("people:\n  - name: Ann\n  - name: Bo\n    mod: calm\n", "p")
    assert validate(document, Persona, ("people", 0)).name == "Ann"
    with pytest.raises(ContentError, match=r"^p:4:5: unknown key 'mod' \(did you mean 'mood'"):
        validate(document, Persona, ("people", 1))
    with pytest.raises(ContentError, match=r"^p:1:1: missing key 'places'$"):
        validate(document, Persona, ("places",))


def test_models_are_frozen_and_closed() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        Persona(name="Ann").name = "Bo"  # type: ignore[misc]
    with pytest.raises(ValidationError, match="Extra inputs"):
        Trigger.model_validate({"x": 1})


def test_two_models_of_one_cached_file_share_no_mutable_part(tmp_path: Path) -> None:
    file = tmp_path / "ann.yaml"
    file.write_text("name: Ann\nhours: {9: 1}\n")
    load_model(file, Persona).hours.clear()
    assert load_model(file, Persona).hours == {9: 1}


NAMES = ["name", "faults", "trigger", "nth", "hours", "friend", "kind", "timeout", "drift"]


def junk() -> st.SearchStrategy[Any]:
    leaf = st.none() | st.booleans() | st.integers() | st.floats() | st.sampled_from(NAMES)
    keys = st.sampled_from(NAMES) | st.integers(0, 3)
    return st.recursive(
        leaf,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=4),
        max_leaves=15,
    )


def as_yaml(value: Any) -> str:
    match value:
        case dict():
            return "{" + ", ".join(f"{key}: {as_yaml(item)}" for key, item in value.items()) + "}"
        case list():
            return "[" + ", ".join(as_yaml(item) for item in value) + "]"
        case None:
            return "null"
        case bool():
            return str(value).lower()
    text = str(value)
    return f".{text}" if text in ("inf", "nan") else text.replace("-inf", "-.inf")


@settings(deadline=None)
@given(st.dictionaries(st.sampled_from(NAMES), junk(), max_size=6))
def test_any_structure_is_a_model_or_a_list_of_problems_inside_the_text(data: Any) -> None:
    text = as_yaml(data)
    try:
        validate(parse_yaml(text, "p"), Persona)
    except ContentError as caught:
        refused = caught
    else:
        return
    assert refused.problems
    for problem in refused.problems:
        assert problem.line == 1
        assert 1 <= problem.column <= len(text)
