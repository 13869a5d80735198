import pytest

from sandbox.personas.sentences import CHARS_MAX, normalise, segments, word_set
from sandbox.sim.realtime import cpu_s


def pieces(message: str) -> list[tuple[str, str]]:
    return [(piece.kind, piece.text) for piece in segments(message)]


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("I\u2019ve CAN'T won't it's", "i have can not will not it is"),
        ("It's been refunded", "it has been refunded"),
        ("the order's ID", "the order number"),
        ("your order #1042", "your order number 1042"),
        ("order no. 1042", "order number 1042"),
        ("**your** `e-mail`", "your email"),
        ("$1,299.00, paid", "$1,299.00 , paid"),
        ("anna_b@example.com", "anna_b@example.com"),
        ("Müller", "müller"),
    ],
)
def test_text_becomes_plain_words(text: str, plain: str) -> None:
    assert normalise(text) == plain


def test_a_statement_before_a_question_stays_a_statement() -> None:
    assert pieces("I've refunded it, is there anything else?") == [
        ("statement", "i have refunded it"),
        ("question", "is there anything else"),
    ]


def test_a_list_behind_a_question_belongs_to_it() -> None:
    assert pieces("Could you tell me your name, email and postcode?") == [
        ("question", "could you tell me your name , email and postcode")
    ]


def test_the_lines_of_a_list_are_one_request() -> None:
    assert pieces("Please send:\n- your name\n- your email\nThanks!") == [
        ("request", "please send , your name , your email"),
        ("statement", "thanks"),
    ]


def test_a_question_without_an_opening_word_is_its_last_clause() -> None:
    assert pieces("Thank you, your name?") == [
        ("statement", "thank you"),
        ("question", "your name"),
    ]


def test_an_abbreviation_ends_no_sentence() -> None:
    assert len(segments("Your order no. 1042 is there, e.g. in your account.")) == 1


def test_a_please_behind_it_makes_a_request() -> None:
    assert pieces("Order number, please.") == [("request", "order number please")]


def test_a_book_is_not_read_to_the_end() -> None:
    assert len(segments("Yes. " * CHARS_MAX)) == CHARS_MAX // len("Yes. ")


def test_nothing_has_no_segments() -> None:
    assert segments("") == segments(" ...\n?? ") == []


def test_a_set_of_words_comes_from_one_text() -> None:
    assert word_set("a b  a") == {"a", "b"}


@pytest.mark.parametrize("filler", ["\n", " ", "\n ", "\t\n-", "*", "'", ". ", "(", ":\n"])
def test_a_page_of_nothing_is_read_at_once(filler: str) -> None:
    began = cpu_s()
    segments(f"Hello.{filler * CHARS_MAX}What is your name?")
    assert cpu_s() - began < 1.0
