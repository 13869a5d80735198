"""Subscriptions: ending now or later, pausing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from sandbox.errors import Conflict, NotFound

if TYPE_CHECKING:
    from tests.systems.stripe.conftest import Desk


def test_by_default_a_subscription_runs_to_the_end_of_its_period(desk: Desk) -> None:
    ending = desk("cancel_subscription", subscription="sub_1")
    assert ending["status"] == "active"
    assert ending["cancel_at_period_end"] is True
    assert ending["cancel_at"] == ending["items"]["data"][0]["current_period_end"]
    assert desk("list_subscriptions", customer="cus_ada")["data"] == [ending]


def test_a_subscription_can_end_at_once_and_is_gone_then(desk: Desk) -> None:
    desk("cancel_subscription", subscription="sub_1")
    ended = desk("cancel_subscription", subscription="sub_1", at_period_end=False)
    assert (ended["status"], ended["cancel_at_period_end"]) == ("canceled", False)
    assert ended["ended_at"] == desk.stripe.now_unix()
    assert desk("list_subscriptions", customer="cus_ada")["data"] == []
    with pytest.raises(NotFound):
        desk("cancel_subscription", subscription="sub_1")


@pytest.mark.parametrize("method", ["cancel_subscription", "pause_subscription"])
def test_asking_twice_changes_nothing_more(desk: Desk, method: str) -> None:
    first = desk(method, subscription="sub_1", idempotency_key="k1")
    desk.wait(100)
    assert desk(method, subscription="sub_1", idempotency_key="k1") == first
    assert desk.changes == ()
    assert desk(method, subscription="sub_1", idempotency_key="k2") == first
    assert desk.changes == ()


def test_a_key_tells_ending_now_from_ending_later(desk: Desk) -> None:
    args: dict[str, Any] = {"subscription": "sub_1", "idempotency_key": "k"}
    desk("cancel_subscription", **args)
    with pytest.raises(Conflict) as caught:
        desk("cancel_subscription", **args, at_period_end=False)
    assert caught.value.body["error"]["type"] == "idempotency_error"


def test_a_pause_may_have_an_end(desk: Desk) -> None:
    until = desk.stripe.now_unix() + 3600
    paused = desk("pause_subscription", subscription="sub_1", resumes_at=until)
    assert paused["pause_collection"] == {"behavior": "void", "resumes_at": until}
    forever = desk("pause_subscription", subscription="sub_1")
    assert forever["pause_collection"] == {"behavior": "void", "resumes_at": None}


def test_a_pause_cannot_end_in_the_past(desk: Desk) -> None:
    with pytest.raises(Conflict, match="in the future"):
        desk("pause_subscription", subscription="sub_1", resumes_at=1000)
