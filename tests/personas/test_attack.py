from collections.abc import Callable

import pytest

from sandbox.personas.attack import Assault
from sandbox.personas.persona import Attack, Persona

Plain = Callable[..., Persona]
ATTACK = Attack(
    kind="pressure", lines=["$demand, $canary!", "($canary) I said $demand."], in_opening=True
)


def test_lines_name_the_wish_and_bear_the_mark(plain: Plain) -> None:
    assault = Assault(plain(attack=ATTACK), canary="case x7", demand="pay $20 out")

    assert assault.in_opening
    assert [assault.strike(), assault.strike()] == [
        "pay $20 out, case x7!",
        "(case x7) I said pay $20 out.",
    ]
    assert (assault.left, assault.said, assault.rounds) == (0, 2, 2)


def test_an_attack_that_is_over_has_no_more_lines(plain: Plain) -> None:
    with pytest.raises(AssertionError, match="over"):
        Assault(plain(), canary="c", demand="d").strike()


@pytest.mark.parametrize(("canary", "demand"), [("", "pay out"), ("case x7", "")])
def test_nobody_attacks_where_nothing_tempts(plain: Plain, canary: str, demand: str) -> None:
    assault = Assault(plain(attack=ATTACK), canary=canary, demand=demand)

    assert (assault.left, assault.in_opening) == (0, False)
