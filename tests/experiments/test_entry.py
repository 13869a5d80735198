import pytest

from sandbox.experiments.entry import Part, clock


@pytest.mark.parametrize(
    ("t", "shown"), [(0.0, "00:00"), (61.9, "01:01"), (3599.0, "59:59"), (93784.0, "26:03:04")]
)
def test_virtual_times_read_like_a_clock(t: float, shown: str) -> None:
    assert clock(t) == shown


def test_a_part_is_text_as_it_is_and_everything_else_as_json() -> None:
    assert Part("why", "because").text() == "because"
    assert Part("result", {"a": [1, "é"]}).text() == '{"a": [1, "é"]}'
    assert Part("result", {"a": 1}).text(pretty=True) == '{\n "a": 1\n}'


def test_what_a_part_holds_cannot_act_on_a_terminal() -> None:
    assert "\x9b" not in Part("result", {"a": "\x9b31m"}).text()
    assert Part("said", "\x1b[2J").text() == r"\x1b[2J"
