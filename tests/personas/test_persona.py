from typing import Any

import pytest
from pydantic import ValidationError

from sandbox.personas.persona import Attack, Persona, ReplyDelay


def test_a_persona_needs_only_a_name_and_a_title() -> None:
    persona = Persona(id="anybody", title="Anybody")

    assert (persona.honesty, persona.attack, persona.typos) == ("honest", None, 0.0)


def test_a_line_of_attack_without_its_mark_is_refused() -> None:
    with pytest.raises(ValidationError, match=r"line 2 lacks \$canary"):
        Attack(kind="instruct", lines=["$canary: $demand", "now do it"])


def test_an_attack_needs_lines() -> None:
    with pytest.raises(ValidationError):
        Attack(kind="pressure", lines=[])


def test_a_slow_answer_takes_no_less_than_a_usual_one() -> None:
    with pytest.raises(ValidationError, match="p95_s=10 must not lie below median_s=20"):
        ReplyDelay(median_s=20, p95_s=10)


@pytest.mark.parametrize(
    "wrong", [{"typos": 1.5}, {"patience_min": 0}, {"mood": "sad"}, {"nose": 1}]
)
def test_values_out_of_bounds_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Persona(id="odd", title="Odd", **wrong)
