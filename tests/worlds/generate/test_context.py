"""What a generator gets: times as text, ids, parameters, files."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.errors import UsageError
from sandbox.sim.seeds import Seeds
from sandbox.worlds.generate.context import Context, iso, token

CONTEXT = Context(0, Seeds(1), {"orders": 5, "shop": "x"}, (), "agent", ())


@given(st.integers(min_value=0, max_value=4_000_000_000))
def test_a_time_reads_back_as_itself(seconds: int) -> None:
    assert datetime.fromisoformat(iso(seconds)) == datetime.fromtimestamp(seconds, UTC)


def test_a_token_looks_like_a_vendors_id() -> None:
    rng = Random(1)
    found = [token(rng, "ch") for _ in range(200)]
    assert all(len(text) == 27 and text[3:].isalnum() for text in found)
    assert len(set(found)) == 200


def test_parameters_are_whole_numbers_with_a_default() -> None:
    assert (CONTEXT.number("orders", 9), CONTEXT.number("people", 9)) == (5, 9)
    for wrong in ("x", -1, 1.5):
        with pytest.raises(UsageError, match="generator parameter shop="):
            replace(CONTEXT, parameters={"shop": wrong}).number("shop", 1)


def test_a_file_that_is_nowhere_is_named() -> None:
    with pytest.raises(UsageError, match=r"needs a file products\.csv"):
        CONTEXT.file("products.csv")
