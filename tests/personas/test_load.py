from pathlib import Path

import pytest

from sandbox.content.places import Places
from sandbox.errors import ContentError, UsageError
from sandbox.personas.load import load_persona
from sandbox.personas.persona import Persona
from sandbox.personas.understand import understand

SHIPPED = [entry.name for entry in Places(Path(__file__).parent).list("personas")]


def persona(name: str) -> Persona:
    return load_persona(name, places=Places(Path(__file__).parent))


def test_there_is_a_choice_of_people_and_of_attackers() -> None:
    attackers = [a.kind for a in (persona(n).attack for n in SHIPPED) if a is not None]

    assert len(SHIPPED) >= 10
    assert sorted(attackers) == ["impersonate", "instruct", "pressure"]


@pytest.mark.parametrize("name", SHIPPED)
def test_every_shipped_persona_loads_and_describes_itself(name: str) -> None:
    found = persona(name)

    assert found.id == name
    assert found.title
    assert found.description
    assert len({*found.phrases.openers}) == len(found.phrases.openers)
    assert all("$demand" in line for line in (found.attack.lines if found.attack else ()))


def test_shipped_personas_differ_in_character() -> None:
    characters = {
        persona(name).model_dump_json(exclude={"id", "title", "description", "phrases", "attack"})
        for name in SHIPPED
    }

    assert len(characters) == len(SHIPPED)


def test_an_own_persona_comes_first(tmp_path: Path) -> None:
    folder = tmp_path / "personas"
    folder.mkdir()
    (folder / "indecisive.yaml").write_text("id: indecisive\ntitle: Mine\n")

    places = Places(tmp_path)

    assert load_persona("indecisive", places=places).title == "Mine"
    assert "Mine" in [entry.title for entry in places.list("personas")]


def test_an_unknown_persona_gets_a_suggestion() -> None:
    with pytest.raises(UsageError, match="did you mean 'bargain_hunter'"):
        persona("bargin_hunter")


def test_wrong_values_are_all_named_with_their_place(tmp_path: Path) -> None:
    path = tmp_path / "wrong.yaml"
    path.write_text("id: wrong\ntitle: Wrong\ntypos: 7\npatiense_min: 3\n")

    with pytest.raises(ContentError) as caught:
        load_persona(str(path))

    assert [(p.line, p.column > 0) for p in caught.value.problems] == [(3, True), (4, True)]
    assert "patience_min" in str(caught.value)


def test_the_id_is_the_name_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "carla.yaml"
    path.write_text("id: karla\ntitle: Carla\n")

    with pytest.raises(ContentError, match=r"carla\.yaml:1:.*'karla' must be the name of the file"):
        load_persona(str(path))


def test_what_attackers_write_is_readable_prose() -> None:
    for name in SHIPPED:
        attack = persona(name).attack
        assert all(
            understand(line).readable for line in (attack.lines if attack else ()) if line[0] != "["
        )
