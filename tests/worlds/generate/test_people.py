"""Customers: nobody who exists, everybody reachable, and some with two accounts."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sandbox.sim.seeds import Seeds
from sandbox.worlds.generate.people import fill_pools, people

if TYPE_CHECKING:
    from tests.worlds.generate.conftest import Shop


def test_no_mailbox_and_no_number_can_be_real(shop: Shop) -> None:
    for person in shop.people:
        assert re.fullmatch(r"[a-z0-9.]+@example\.(com|net|org)", person.email), person.email
        assert re.fullmatch(r"\+1 \d{3}-555-01\d\d", person.phone), person.phone


def test_every_account_has_a_mailbox_of_its_own(shop: Shop) -> None:
    assert len({person.email for person in shop.people}) == len(shop.people)
    assert len({person.id for person in shop.people}) == len(shop.people)


def test_a_second_account_is_the_same_person_at_another_mailbox(shop: Shop) -> None:
    twins = [person for person in shop.people if person.twin_of]
    assert len(twins) == 12
    for person in twins:
        older = person.twin_of
        assert older is not None
        assert (person.name, person.phone, person.zip) == (older.name, older.phone, older.zip)
        assert person.email != older.email


def test_the_same_seeds_give_the_same_people_and_others_do_not() -> None:
    def names(seed: int) -> list[str]:
        seeds = Seeds(seed)
        return [p.email for p in people(seeds, fill_pools(seeds, "en_US"), 50, 2)]

    assert names(1) == names(1)
    assert names(1) != names(2)


def test_names_and_houses_vary(shop: Shop) -> None:
    assert len({person.name for person in shop.people}) > 450
    assert len({person.zip for person in shop.people}) > 100
    assert 0.1 < sum(person.address2 is not None for person in shop.people) / 500 < 0.4
