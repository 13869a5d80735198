"""The approval desk: asked, waited for, decided."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.errors import Conflict, InvalidArguments, NotFound
from sandbox.systems.approvals.system import EXPIRES_AFTER_S

Desk = Any
_REFUND = {"action": "refund", "subject": "ch_1", "amount": 60000, "reason": "Lost parcel."}


def test_every_operation_can_be_called_and_deciding_is_none(desk: Desk) -> None:
    desk("request", **_REFUND)
    desk("check", request_id="APR-0001")
    desk("list")

    assert desk.called == set(desk.bound) == {"request", "check", "list"}
    assert {bound.operation.scope for bound in desk.bound.values()} == {
        "approvals:requests:read", "approvals:requests:write",
    }  # fmt: skip


def test_a_request_waits_for_a_human(desk: Desk) -> None:
    request = desk("request", **_REFUND)

    assert request == {
        "id": "APR-0001", "action": "refund", "subject": "ch_1", "amount_cents": 60000,
        "reason": "Lost parcel.", "status": "pending", "requested_by": "support_agent",
        "requested_at": "2026-03-02T08:00:00Z", "expires_at": "2026-03-04T08:00:00Z",
        "decided_by": None, "decided_at": None, "note": None,
    }  # fmt: skip
    assert desk.identity == ("ch_1", {"action": "refund", "amount": 60000})
    assert desk("check", request_id="APR-0001") == request


def test_asking_again_while_pending_is_the_same_request(desk: Desk) -> None:
    first = desk("request", **_REFUND)
    desk.env.run(until=600)

    again = desk("request", **{**_REFUND, "reason": "Please!"})

    assert again == first
    assert desk.changeset == b""


@pytest.mark.parametrize("other", [{"action": "cancel"}, {"subject": "ch_2"}, {"amount": None}])
def test_another_action_subject_or_amount_is_another_request(
    desk: Desk, other: dict[str, Any]
) -> None:
    desk("request", **_REFUND)

    assert desk("request", **{**_REFUND, **other})["id"] == "APR-0002"


@pytest.mark.parametrize(("approved", "status"), [(True, "approved"), (False, "denied")])
def test_a_decision_is_seen_by_who_checks(desk: Desk, approved: bool, status: str) -> None:
    desk("request", **_REFUND)
    desk.env.run(until=900)

    desk.system.decide("APR-0001", approved=approved, by="supervisor", note="See policy 4.")

    seen = desk("check", request_id="APR-0001")
    assert (seen["status"], seen["decided_by"], seen["note"]) == (
        status, "supervisor", "See policy 4.",
    )  # fmt: skip
    assert seen["decided_at"] == "2026-03-02T08:15:00Z"


def test_after_a_denial_one_may_ask_anew(desk: Desk) -> None:
    desk("request", **_REFUND)
    desk.system.decide("APR-0001", approved=False, by="supervisor", note="")

    assert desk("request", **_REFUND)["id"] == "APR-0002"


def test_a_request_is_decided_once(desk: Desk) -> None:
    desk("request", **_REFUND)
    desk.system.decide("APR-0001", approved=False, by="supervisor", note="")

    with pytest.raises(Conflict, match="already denied"):
        desk.system.decide("APR-0001", approved=True, by="supervisor", note="")


def test_what_nobody_decides_lapses(desk: Desk) -> None:
    desk("request", **_REFUND)
    desk.env.run(until=EXPIRES_AFTER_S - 1)
    assert desk("check", request_id="APR-0001")["status"] == "pending"
    desk.env.run(until=EXPIRES_AFTER_S)

    assert desk("check", request_id="APR-0001")["status"] == "expired"
    with pytest.raises(Conflict, match="already expired"):
        desk.system.decide("APR-0001", approved=True, by="supervisor", note="")
    assert desk("request", **_REFUND)["id"] == "APR-0002"


def test_requests_are_listed_newest_first_and_by_status(desk: Desk) -> None:
    for subject in ("ch_1", "ch_2", "ch_3"):
        desk("request", **{**_REFUND, "subject": subject})
    desk.system.decide("APR-0002", approved=True, by="supervisor", note="")

    assert [request["subject"] for request in desk("list")["requests"]] == ["ch_3", "ch_2", "ch_1"]
    pending = desk("list", status="pending")
    assert ([request["subject"] for request in pending["requests"]], pending["count"]) == (
        ["ch_3", "ch_1"], 2,
    )  # fmt: skip


def test_numbers_go_on_beyond_four_digits(desk: Desk) -> None:
    desk("request", **_REFUND)
    desk.store.update("approvals_requests", {"id": "APR-0001"}, {"id": "APR-9999"})
    for subject in ("ch_2", "ch_3"):
        desk("request", **{**_REFUND, "subject": subject})

    assert [request["id"] for request in desk("list")["requests"]] == [
        "APR-10001", "APR-10000", "APR-9999",
    ]  # fmt: skip


def test_what_the_host_refuses_has_the_desks_own_body(desk: Desk) -> None:
    with pytest.raises(InvalidArguments) as invalid:
        desk("request", **{**_REFUND, "amount": -1})
    assert invalid.value.body["error"] == "invalid_arguments"
    assert "amount" in invalid.value.body["message"]


def test_an_unknown_request_is_said_to_be_unknown(desk: Desk) -> None:
    with pytest.raises(NotFound, match="APR-0404"):
        desk("check", request_id="APR-0404")
