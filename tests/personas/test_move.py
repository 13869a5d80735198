from sandbox.personas.move import Move


def test_a_move_stays_and_does_not_wait_unless_told() -> None:
    move = Move("Yes.", "agrees")

    assert (move.leaves, move.pause) == (None, "normal")
    assert move == Move("Yes.", "agrees")
