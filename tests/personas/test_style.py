from collections.abc import Callable
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from sandbox.personas.persona import Persona
from sandbox.personas.style import dress, greet

Plain = Callable[..., Persona]
LETTER = "I would really like to return these wonderful shoes because they are small."


def test_a_plain_writer_changes_nothing(plain: Plain) -> None:
    assert dress(LETTER, plain(verbosity="normal"), Random(1)) == LETTER


def test_typos_come_as_often_as_the_persona_says(plain: Plain) -> None:
    text = " ".join(["wonderful"] * 1000)

    typed = dress(text, plain(typos=0.1), Random(1)).split()

    wrong = sum(word.lower() != "wonderful" for word in typed)
    # Binomial, 1000 x 0.1: sd 9.5; a typo that doubles as no change would show as too few.
    assert 70 < wrong < 130


@given(seed=st.integers(0, 2**32), order=st.integers(1000, 99_999_999))
def test_facts_survive_the_worst_typist(seed: int, order: int) -> None:
    facts = [f"#{order}", "jo.m_y@example.com", "$49.99", "ch_3Nab", "Anna Bergström", "re/7-x"]
    text = f"Hello there, it concerns {', '.join(facts)}, and nothing besides!"
    worst = Persona(id="worst", title="Worst", typos=1.0, language_register="slang")

    typed = dress(text, worst, Random(seed), protect=["Anna Bergström"])

    assert all(fact in typed for fact in facts)
    assert typed != text


def test_a_terse_writer_drops_the_greeting(plain: Plain) -> None:
    assert dress("Hi there, please refund me.", plain(), Random(1)) == "Please refund me."


def test_a_fact_at_the_beginning_keeps_its_case(plain: Plain) -> None:
    assert dress("anna@example.com", plain(), Random(1)) == "anna@example.com"
    assert dress("Hi, anna@example.com it is.", plain(), Random(1)) == "anna@example.com it is."
    assert dress("Hi, iPhone 12.", plain(), Random(1), protect=["iPhone 12"]) == "iPhone 12."
    assert greet("Hi, x_1@y.org is mine.", "Well.") == "Hi! Well. x_1@y.org is mine."


def test_registers_have_words_of_their_own(plain: Plain) -> None:
    slang = plain(verbosity="normal", language_register="slang")
    formal = plain(verbosity="normal", language_register="formal")

    assert dress("Please tell me if you can't.", slang, Random(1)) == "pls tell me if u can't."
    assert dress("Hi, I can't find it.", formal, Random(1)) == "Good day, I cannot find it."


def test_an_opener_stands_behind_the_greeting() -> None:
    assert greet("Hi, my lamp broke.", "Not again!") == "Hi! Not again! My lamp broke."
    assert greet("My lamp broke.", "Not again!") == "Not again! My lamp broke."
    assert greet("My lamp broke.", "") == "My lamp broke."
