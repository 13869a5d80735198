import re

import pytest

from sandbox.personas.rules.words import ACTED, ACTED_BY_US, ADV, PEOPLE, TO_PEOPLE, US


@pytest.mark.parametrize("text", ["i have not refunded", "i have never refunded"])
def test_no_adverb_hides_a_negation(text: str) -> None:
    assert re.search(rf"{US} have {ADV}{ACTED}", text) is None


def test_shipping_the_old_order_is_news_and_not_a_deed() -> None:
    assert re.fullmatch(ACTED, "shipped") is None
    assert re.fullmatch(ACTED_BY_US, "shipped")


def test_colleagues_are_people_in_any_number() -> None:
    assert re.fullmatch(PEOPLE, "specialists")
    assert re.search(TO_PEOPLE, "sent it to our finance team")
