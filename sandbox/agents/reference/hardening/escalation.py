"""Escalation: an agent that cannot go on hands over, and says so. That is a good ending.

Three things belong to it: the ticket goes to the people who decide, an internal note tells them
what is known, and the customer hears who looks at it and by when.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from langchain.agents.middleware import AgentMiddleware, ModelRequest, ModelResponse
from langchain_core.messages import AIMessage, AnyMessage, ToolMessage

from sandbox.agents.reference.hardening.answers import failure_of
from sandbox.agents.reference.hardening.case import Case
from sandbox.agents.reference.hardening.looks import comment as find_comment
from sandbox.agents.reference.hardening.ownership import owned
from sandbox.errors import ToolError

GROUP = "Tier 2"
HANDED_OVER = (
    "I'm sorry, I cannot settle this by myself. I have handed your case to a colleague of our"
    " Tier 2 team with all that I found out; they will get back to you within one business day."
)
IN_GOOD_HANDS = (
    "A colleague of our Tier 2 team has your case and will get back to you within one business day."
)
NextModel = Callable[[ModelRequest[Any]], Awaitable[ModelResponse[Any]]]


class Escalation(AgentMiddleware[Any, Any, Any]):
    """Stands around the model: once a guard has stopped the case, the model is not asked any more.

    It also hands over what the model leaves undone: if it speaks to the customer right after a
    failed call, or while a tool that it needed is still failing, a person looks at it, whatever the
    model has promised.
    """

    def __init__(self, case: Case) -> None:
        super().__init__()
        self.case = case
        self._done = False

    async def awrap_model_call(
        self, request: ModelRequest[Any], handler: NextModel
    ) -> ModelResponse[Any] | AIMessage:
        """Ask the model, or hand over."""
        case = self.case
        case.listen(request.messages)
        if case.stopped:
            words = IN_GOOD_HANDS if self._done else HANDED_OVER
            await self._hand_over(case.stopped)
            return AIMessage(words)
        response = await handler(request)
        last = response.result[-1]
        if isinstance(last, AIMessage) and not last.tool_calls:
            undone = _undone(case, request.messages)
            if undone:
                await self._hand_over(undone)
        return response

    async def _hand_over(self, reason: str) -> None:
        if self._done:
            return
        self._done = True
        case = self.case
        case.note("escalation", reason)
        try:
            ticket = await self._ticket()
            if ticket is None:
                case.note("escalation", "no ticket of this customer is known")
                return
            await self._write(
                "zendesk_update_ticket", ticket_id=ticket, group_id=await self._group()
            )
            await self._explain(ticket, reason)
        except (ToolError, KeyError, TypeError) as error:
            # The customer is told all the same, and the trace shows what could not be done.
            case.note("escalation", f"not complete: {type(error).__name__}: {error}")

    async def _ticket(self) -> int | None:
        """The customer's newest ticket that can still be changed."""
        found = await self._open_tickets()
        if not found:
            for email in sorted(self.case.stated.emails):
                users = await self.case.read("zendesk_search_users", query=f"email:{email}")
                for user in users["users"]:
                    await self.case.read("zendesk_list_user_tickets", user_id=user["id"])
            found = await self._open_tickets()
        return max(found, default=None)

    async def _open_tickets(self) -> list[int]:
        case = self.case
        tickets = [
            ticket["id"]
            for ticket in case.records.where("ticket")
            if ticket.get("status") not in {"closed", "solved"}
        ]
        return [ticket for ticket in tickets if await owned(case, "ticket", ticket)]

    async def _group(self) -> int:
        groups = (await self.case.read("zendesk_list_groups"))["groups"]
        return next(int(group["id"]) for group in groups if group["name"] == GROUP)

    async def _explain(self, ticket: int, reason: str) -> None:
        done = "; ".join(f"{effect} {args}" for effect, args in self.case.written) or "nothing"
        body = f"Handed over by the assistant: {reason}. Done so far: {done}."
        note = {"ticket_id": ticket, "body": body, "public": False}
        try:
            await self.case.env.tools.call("zendesk_add_comment", note)
        except ToolError:  # done or not? a look tells
            if await find_comment(self.case, note) is None:
                await self._write("zendesk_add_comment", **note)

    async def _write(self, tool: str, **args: Any) -> None:
        """A write that sets a state, or that was seen not to be done: it may be repeated."""
        for attempt in range(self.case.patience.attempts_max):
            try:
                await self.case.env.tools.call(tool, args)
            except ToolError as error:
                if not await self.case.patience.wait(attempt, error.retry_after_s):
                    raise
            else:
                return
        await self.case.env.tools.call(tool, args)


def _undone(case: Case, messages: Sequence[AnyMessage]) -> str:
    """What the model has given up; empty where all that it tried was settled."""
    last = messages[-1] if messages else None
    failure = failure_of(last) if isinstance(last, ToolMessage) else None
    if failure is not None:
        return f"{last.name if last else ''} failed: {failure.message}"
    return next((f"{tool} failed: {why}" for tool, why in case.failing.items()), "")
