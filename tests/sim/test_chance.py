import uuid

import simpy
from hypothesis import given
from hypothesis import strategies as st

from sandbox.sim.chance import Chance
from sandbox.sim.clock import Clock
from sandbox.sim.kernel import Kernel
from sandbox.sim.seeds import Seeds


def chance(seed: int = 1, now: float = 0.0) -> Chance:
    return Chance(Seeds(seed), Clock(simpy.Environment(now)))


@given(st.integers(), st.floats(min_value=0, max_value=1e8))
def test_numbers_carry_the_version_and_variant_of_a_real_uuid(seed: int, now: float) -> None:
    source = chance(seed, now)
    numbers = {1: source.uuid1(), 4: source.uuid4(), 6: source.uuid6(), 7: source.uuid7()}
    for version, number in numbers.items():
        made = uuid.UUID(int=number)
        assert made.version == version
        assert made.variant == uuid.RFC_4122


def test_ids_carry_the_virtual_time() -> None:
    source = chance(now=60.0)
    assert uuid.UUID(int=source.uuid1()).time == source.wall_ns() // 100 + 0x01B21DD213814000
    number = source.uuid6()  # the same ticks as in version 1, from the highest bits down
    assert number >> 80 << 12 | number >> 64 & 0xFFF == uuid.UUID(int=source.uuid1()).time - 1
    assert source.uuid7() >> 80 == source.wall_ns() // 10**6
    assert source.uuid7(ms=5) >> 80 == 5


def test_ids_of_one_instant_differ_and_sort_in_the_order_they_were_made() -> None:
    source = chance()
    for make in (source.uuid6, source.uuid7):
        made = [make() for _ in range(500)]
        assert made == sorted(set(made))
    assert len({source.uuid1() for _ in range(500)}) == 500


def test_node_and_sequence_can_be_given() -> None:
    made = uuid.UUID(int=chance().uuid1(node=5, sequence=7))
    assert (made.node, made.clock_seq) == (5, 7)


def test_the_made_up_network_card_says_that_it_is_none() -> None:
    assert chance().node() >> 40 & 1 == 1
    assert chance(1).node() == chance(1).node() != chance(2).node()


def test_what_an_agent_draws_moves_none_of_our_streams() -> None:
    quiet, busy = Kernel(Seeds(1)), Kernel(Seeds(1))
    for _ in range(5):
        busy.chance.random.random()
        busy.chance.bytes(8)
        busy.chance.uuid4()
    assert quiet.seeds.stream("random").random() == busy.seeds.stream("random").random()


def test_one_kind_of_draw_does_not_move_another() -> None:
    quiet, busy = chance(), chance()
    busy.uuid4()
    busy.bytes(9)
    assert quiet.random.random() == busy.random.random()
