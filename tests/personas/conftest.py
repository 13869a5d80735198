"""A user with an order and a persona of one's choice, for the stories in this folder."""

from collections.abc import Callable
from typing import Any

import pytest

from sandbox.personas.persona import Persona
from sandbox.worlds.task import Fact, TaskUser

OPENING = "Hi, I was charged twice for order #1042. Please refund the second $49.99."


@pytest.fixture
def user() -> TaskUser:
    return TaskUser(
        name="Anna Berg",
        email="anna@example.com",
        opening=OPENING,
        goal="Get the duplicate charge refunded",
        facts=[
            Fact(name="order_number", value="1042", asked=["order number"]),
            Fact(
                name="reason",
                value="taken twice",
                asked=["reason", "why"],
                says="It's there twice.",
            ),
        ],
        pushbacks=["But my statement shows it twice!"],
    )


@pytest.fixture
def plain() -> Callable[..., Persona]:
    """A persona without chance in its words, with what the test is about set."""

    def build(**changes: Any) -> Persona:
        return Persona(id="plain", title="Plain", **{"verbosity": "terse", **changes})

    return build
