import pytest

from sandbox.experiments.visible import shortened, visible


@pytest.mark.parametrize(
    ("wicked", "shown"),
    [
        ("\x1b[31mred\x07", r"\x1b[31mred\x07"),
        ("nul\x00 del\x7f c1\x9b", r"nul\x00 del\x7f c1\x9b"),
        ("abc\u202edcba", r"abc\u202edcba"),
        ("half \ud83d emoji", r"half \ud83d emoji"),
        ("a\u2028b\uffff", r"a\u2028b\uffff"),
        ("lone\rreturn", r"lone\x0dreturn"),
    ],
)
def test_what_would_act_is_shown_by_its_number(wicked: str, shown: str) -> None:
    assert visible(wicked) == shown
    visible(wicked).encode()


def test_plain_text_of_any_language_stays_as_it_is() -> None:
    text = "Grüße, 你好, שלום 👍\n\ttabbed"
    assert visible(text) == text


def test_a_windows_line_end_is_one_line_end() -> None:
    assert visible("a\r\nb") == "a\nb"


def test_a_long_text_says_how_much_of_it_is_missing() -> None:
    assert shortened("x" * 1300, 100) == "x" * 100 + " … (1,200 more characters)"


def test_a_text_is_not_cut_where_the_note_would_be_longer_than_the_rest() -> None:
    assert shortened("x" * 130, 100) == "x" * 130
