"""Customers: names, addresses and mailboxes that fit together, and the second accounts of some."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from sandbox.sim.seeds import Seeds

_MAIL = ("example.com", "example.net", "example.org")
_FIRST_ID = 6_100_001
_PROVIDERS = ("faker.providers.person", "faker.providers.address")
"""Faker would otherwise import all of its providers, which takes longer than using these two."""
_HOUSE_NUMBERS = (1, 2, 3, 4)
"""Digits of a house number; most have three or four."""


@dataclass(slots=True)
class Person:
    """One account in the shop; two accounts can belong to the same person."""

    id: int
    first: str
    last: str
    email: str
    phone: str
    address1: str
    address2: str | None
    city: str
    state: str
    zip: str
    twin_of: Person | None = None
    """The older account of the same person."""
    created_s: int = 0
    orders: int = 0
    stripe_id: str = ""

    @property
    def name(self) -> str:
        """First and last name."""
        return f"{self.first} {self.last}"


@dataclass(frozen=True)
class Pools:
    """Faker's words, drawn once: filling 5,000 records from pools is 100 times as fast."""

    first: list[str]
    last: list[str]
    streets: list[str]
    towns: list[tuple[str, str, str]]
    """City, state and ZIP code that belong together."""


def fill_pools(seeds: Seeds, locale: str) -> Pools:
    """Pools for *locale*, the same for the same seeds."""
    from faker import Faker  # noqa: PLC0415 - a third of a second, only when a world is built

    fake = Faker(locale, use_weighting=False, providers=list(_PROVIDERS))
    fake.seed_instance(seeds.integer("faker"))
    states = [fake.state_abbr(False, False) for _ in range(320)]
    return Pools(
        first=[fake.first_name() for _ in range(420)],
        last=[fake.last_name() for _ in range(760)],
        streets=[fake.street_name() for _ in range(500)],
        towns=[(fake.city(), state, fake.postalcode_in_state(state)) for state in states],
    )


def people(seeds: Seeds, pools: Pools, count: int, twins: int) -> list[Person]:
    """*count* accounts, the last *twins* of which are second accounts of earlier ones."""
    rng = seeds.stream("people")
    mailboxes: set[str] = set()
    found: list[Person] = []
    for number in range(count - twins):
        first, last = rng.choice(pools.first), rng.choice(pools.last)
        email = _mailbox(rng, first, last, mailboxes)
        found.append(
            Person(_FIRST_ID + number, first, last, email, _phone(rng), *_home(rng, pools))
        )
    for older in rng.sample(found, min(twins, len(found))):
        found.append(_second_account(rng, older, _FIRST_ID + len(found), mailboxes))
    return found


def _home(rng: Random, pools: Pools) -> tuple[str, str | None, str, str, str]:
    digits = rng.choices(_HOUSE_NUMBERS, (4, 16, 45, 35))[0]
    number = rng.randrange(10 ** (digits - 1), 10**digits)
    unit = f"Apt {rng.randrange(1, 60)}" if rng.random() < 0.24 else None
    city, state, zip_code = rng.choice(pools.towns)
    return f"{number} {rng.choice(pools.streets)}", unit, city, state, zip_code


def _phone(rng: Random) -> str:
    # 555-0100 to 555-0199 are set aside for fiction in every area code.
    return f"+1 {rng.randrange(201, 990)}-555-01{rng.randrange(100):02d}"


def _mailbox(rng: Random, first: str, last: str, taken: set[str]) -> str:
    """An address at a domain that exists nowhere, like people choose theirs."""
    a, b = first.lower(), "".join(c for c in last.lower() if c.isalpha())
    local = rng.choices((f"{a}.{b}", f"{a}{b}", f"{a[0]}{b}", f"{b}.{a}"), (60, 15, 17, 8))[0]
    for _ in range(1000):
        email = f"{local}@{rng.choice(_MAIL)}"
        if email not in taken:
            taken.add(email)
            return email
        local = f"{local}{rng.randrange(2, 100)}"
    raise AssertionError("a thousand attempts at one mailbox")


def _second_account(rng: Random, older: Person, number: int, taken: set[str]) -> Person:
    """The account that somebody opened anew, having forgotten the old one's password."""
    return Person(
        number,
        older.first,
        older.last,
        _mailbox(rng, older.first, older.last, taken),
        older.phone,
        older.address1,
        older.address2,
        older.city,
        older.state,
        older.zip,
        twin_of=older,
    )
