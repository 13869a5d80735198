from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest

from sandbox.agents.reference.hardening.answers import failure_of
from sandbox.agents.reference.hardening.retries import SETTING, Retries
from sandbox.faults.kinds import RateLimit, ServerError, TimeoutAfterCommit


def times(bench: Any, tool: str) -> list[float]:
    return [call["t"] for call in bench.shop.calls(tool)]


def test_a_read_is_repeated_ever_more_slowly(new_bench: Any) -> None:
    bench = new_bench(faults=[ServerError(kind="server_error", tool="stripe_get_charge")])
    message = bench.through(Retries(bench.case), "stripe_get_charge", charge="ch_1")
    assert failure_of(message) is not None
    gaps = [b - a for a, b in pairwise(times(bench, "stripe_get_charge"))]
    assert len(gaps) == 4
    assert all(later >= 1.5 * earlier for earlier, later in pairwise(gaps))
    assert "does not answer" in bench.case.stopped


def test_a_rate_limit_is_waited_out(new_bench: Any) -> None:
    limit = RateLimit(kind="rate_limit", tool="stripe_get_charge", nth=1, retry_after_s=60.0)
    bench = new_bench(faults=[limit])
    message = bench.through(Retries(bench.case), "stripe_get_charge", charge="ch_1")
    assert message.artifact["id"] == "ch_1"
    first, second = times(bench, "stripe_get_charge")
    assert second - first >= 60.0
    assert bench.case.stopped == ""


def test_a_write_that_adds_is_not_repeated_after_a_timeout(new_bench: Any) -> None:
    lost = TimeoutAfterCommit(kind="timeout_after_commit", tool="zendesk_add_comment", nth=1)
    bench = new_bench(faults=[lost])
    message = bench.through(Retries(bench.case), "zendesk_add_comment", ticket_id=3001, body="Hi")
    assert failure_of(message) is not None
    assert len(bench.shop.calls("zendesk_add_comment")) == 1
    assert bench.case.stopped == ""  # somebody further out looks


def test_it_is_repeated_after_a_rate_limit_for_nothing_was_done(new_bench: Any) -> None:
    limit = RateLimit(kind="rate_limit", tool="zendesk_add_comment", nth=1)
    bench = new_bench(faults=[limit])
    bench.through(Retries(bench.case), "zendesk_add_comment", ticket_id=3001, body="Hi")
    assert len(bench.shop.effects("ticket_comment")) == 1


@pytest.mark.parametrize(
    ("tool", "args"),
    [
        ("zendesk_update_ticket", {"ticket_id": 3001, "status": "solved"}),
        ("stripe_create_refund", {"charge": "ch_1", "amount": 100, "idempotency_key": "k"}),
    ],
)
def test_a_write_that_does_no_harm_twice_is_repeated(
    new_bench: Any, tool: str, args: dict[str, Any]
) -> None:
    lost = TimeoutAfterCommit(kind="timeout_after_commit", tool=tool, nth=1)
    bench = new_bench(faults=[lost])
    message = bench.through(Retries(bench.case), tool, **args)
    assert failure_of(message) is None
    assert len(bench.shop.effects()) == 1


def test_an_error_that_stays_is_not_tried_again(bench: Any) -> None:
    bench.through(Retries(bench.case), "stripe_get_charge", charge="ch_none")
    bench.through(Retries(bench.case), "no_such_tool")
    assert len(bench.shop.calls("stripe_get_charge")) == 1
    assert bench.case.stopped == ""


def test_the_effects_that_only_set_a_state_exist(bench: Any) -> None:
    assert {tool.effect for tool in bench.shop.env.tools.values()} >= SETTING
