"""Hypothesis plays with tickets: no order of calls breaks the rules of status and assignment."""

from __future__ import annotations

from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from sandbox.errors import Conflict, ToolError

_STATUSES = ["open", "pending", "hold", "solved", "closed"]


class TicketLife(RuleBasedStateMachine):
    """Calls in any order, against a small model: comments per ticket and what is closed."""

    make_desk: Any = None

    def __init__(self) -> None:
        super().__init__()
        self.desk = type(self).make_desk()
        self.comments: dict[int, int] = {}
        self.closed: dict[int, Any] = {}
        self.was_touched: set[int] = set()

    def _pick(self, data: st.DataObject) -> int:
        return data.draw(st.sampled_from(sorted(self.comments)))

    def _try(self, tickets: list[int], method: str, **args: Any) -> bool:
        """Whether the call went through; it must not when one of *tickets* is closed."""
        before = self.desk.store.digest()
        closed = bool(self.closed.keys() & set(tickets))
        try:
            self.desk(method, **args)
        except ToolError as error:
            refused: ToolError | None = error
        else:
            refused = None
        assert isinstance(refused, Conflict) == closed
        assert refused is None or self.desk.store.digest() == before
        return refused is None

    @rule()
    def create(self) -> None:
        self.comments[self.desk.ticket()] = 1

    @precondition(lambda self: self.comments)
    @rule(
        data=st.data(),
        status=st.none() | st.sampled_from(_STATUSES),
        assignee_id=st.sampled_from([None, 201, 202, 101]),
        group_id=st.sampled_from([None, 1, 2]),
    )
    def update(self, data: st.DataObject, **args: Any) -> None:
        ticket = self._pick(data)
        if self._try([ticket], "update_ticket", ticket_id=ticket, **args):
            after = self.desk("get_ticket", ticket_id=ticket)
            assert args["status"] in (None, after["status"])
            assert args["group_id"] in (None, after["group_id"])
            assert args["assignee_id"] in (None, after["assignee_id"])
            if after["status"] != "new":
                self.was_touched.add(ticket)
            if after["status"] == "closed":
                self.closed[ticket] = after

    @precondition(lambda self: self.comments)
    @rule(data=st.data(), public=st.booleans())
    def comment(self, data: st.DataObject, public: bool) -> None:
        ticket = self._pick(data)
        if self._try([ticket], "add_comment", ticket_id=ticket, body="hm", public=public):
            self.comments[ticket] += 1

    @precondition(lambda self: len(self.comments) > 1)
    @rule(data=st.data())
    def merge(self, data: st.DataObject) -> None:
        target, source = self._pick(data), self._pick(data)
        if target == source:
            return
        both = [target, source]
        if self._try(both, "merge_tickets", target_id=target, source_ids=[source]):
            self.comments[target] += 1
            self.comments[source] += 1
            self.closed[source] = self.desk("get_ticket", ticket_id=source)
            assert self.closed[source]["status"] == "closed"

    @precondition(lambda self: self.comments)
    @rule(data=st.data())
    def comment_and_undo(self, data: st.DataObject) -> None:
        ticket = self._pick(data)
        before = self.desk.store.digest()
        if self._try([ticket], "add_comment", ticket_id=ticket, body="giraffe"):
            self.desk.store.undo(self.desk.changeset)
        assert self.desk.store.digest() == before

    @invariant()
    def rules_hold(self) -> None:
        members = {(201, 1), (202, 1), (202, 2)}
        for ticket in sorted(self.comments):
            row = self.desk("get_ticket", ticket_id=ticket)
            assert ticket not in self.closed or row == self.closed[ticket]
            assert ticket not in self.was_touched or row["status"] != "new"
            if row["assignee_id"] is not None:
                assert (row["assignee_id"], row["group_id"]) in members
                assert row["status"] != "new"
            listed = self.desk("list_ticket_comments", ticket_id=ticket)
            assert listed["count"] == self.comments[ticket]
        assert self.desk("search_tickets", query="giraffe")["count"] == 0


def test_no_order_of_calls_breaks_the_rules(desk: Any) -> None:
    TicketLife.make_desk = type(desk)  # a conftest cannot be imported

    run_state_machine_as_test(
        TicketLife,
        settings=settings(max_examples=25, stateful_step_count=20, deadline=None),
    )
