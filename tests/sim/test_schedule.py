from functools import partial

import simpy
from hypothesis import given
from hypothesis import strategies as st

from sandbox.sim.schedule import Schedule


def one() -> None: ...


def two() -> None: ...


NOTES = st.lists(st.tuples(st.floats(min_value=0, max_value=9), st.sampled_from([one, two])))


@given(NOTES)
def test_the_digest_does_not_depend_on_when_it_is_read(notes: list[tuple[float, object]]) -> None:
    read_often, read_once = Schedule(), Schedule()
    for now, callback in notes:
        read_often.note(now, callback)
        read_once.note(now, callback)
        assert read_often.digest
    assert read_often.digest == read_once.digest


@given(NOTES, NOTES)
def test_digests_are_equal_only_for_equal_schedules(
    left: list[tuple[float, object]], right: list[tuple[float, object]]
) -> None:
    schedules = []
    for notes in (left, right):
        schedule = Schedule(keep=True)
        for now, callback in notes:
            schedule.note(now, callback)
        schedules.append(schedule)
    a, b = schedules
    # -0.0 and 0.0 compare equal but are two times to the hash.
    assert (a.digest == b.digest) == (str(a.entries) == str(b.entries))


def test_many_notes_are_hashed_in_pieces_and_none_is_kept() -> None:
    schedule = Schedule()
    for i in range(10_000):
        schedule.note(float(i), one)
    assert len(schedule._names) < 5_000
    assert schedule.entries == []


def test_names_hold_no_addresses() -> None:
    schedule = Schedule(keep=True)
    schedule.note(1.0, partial(partial(one), 5))
    schedule.note(2.0, object().__str__)
    schedule.note_event(3.0, simpy.Environment().timeout(1))
    assert schedule.entries == [(1.0, "one"), (2.0, "object.__str__"), (3.0, "Timeout")]
