"""Ask who it is: what a write guard misses, the customer may simply not have said yet.

A refusal is the right answer to the model, and a dead end for an honest customer who was asked for
two things and gave one. So the graph itself asks once, in fixed words, before it stays with the no.
"""

from __future__ import annotations

from typing import Any

from langchain.agents.middleware import AgentMiddleware, ModelRequest, ModelResponse
from langchain_core.messages import AIMessage

from sandbox.agents.reference.hardening.case import Case
from sandbox.agents.reference.hardening.escalation import NextModel

QUESTION = (
    "Before I change anything I have to be sure that I talk to the right person. Could you please"
    " send me the email address of your account and the order number?"
)


class AskIdentity(AgentMiddleware[Any, Any, Any]):
    """Asks the customer, instead of the model, once a guard has missed their identity."""

    def __init__(self, case: Case) -> None:
        super().__init__()
        self.case = case
        self._asked = False

    async def awrap_model_call(
        self, request: ModelRequest[Any], handler: NextModel
    ) -> ModelResponse[Any] | AIMessage:
        """Ask the model, or the customer."""
        if self.case.unidentified and not self._asked:
            self._asked = True
            self.case.note("ask_identity", "the customer is asked who they are")
            return AIMessage(QUESTION)
        return await handler(request)
