from collections.abc import Callable
from random import Random
from typing import get_args

import pytest

from sandbox.personas.persona import Persona, Phrases
from sandbox.personas.speak import Occasion, say
from sandbox.personas.understand import understand

Plain = Callable[..., Persona]


@pytest.mark.parametrize("mood", ["calm", "anxious", "angry"])
@pytest.mark.parametrize("occasion", get_args(Occasion))
def test_everybody_has_words_for_every_occasion(
    occasion: Occasion, mood: str, plain: Plain
) -> None:
    said = say(occasion, plain(mood=mood), Random(1))

    assert said or (occasion, mood) == ("opener", "calm")


def test_moods_sound_different(plain: Plain) -> None:
    lines = {say("impatient", plain(mood=mood), Random(1)) for mood in ("calm", "anxious", "angry")}

    assert len(lines) == 3


def test_a_persona_may_have_words_of_its_own(plain: Plain) -> None:
    own = plain(phrases=Phrases(openers=("Ahoy.",), asides=("Arr.",), goodbyes=("Fair winds!",)))

    assert say("opener", own, Random(1)) == "Ahoy."
    assert say("aside", own, Random(1)) == "Arr."
    assert say("satisfied", own, Random(1)) == "Fair winds!"


def test_whoever_does_not_understand_says_so(plain: Plain) -> None:
    assert say("not_understood", plain(), Random(1)).startswith("Sorry, I don't understand")


def test_what_users_say_can_be_read_back(plain: Plain) -> None:
    assert understand(say("dont_know", plain(), Random(1))).readable
