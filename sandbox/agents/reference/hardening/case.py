"""`Case`: what the graph knows of one conversation, beside the messages.

The messages are the model's memory, and the model can be talked into things. What guards rely on
must not come from there: they keep their own notes, taken from the tools' answers.

One case serves one conversation, since the graph is built for each. In a service that shares one
graph, this would be a state channel or a store, by thread id.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from langchain_core.messages import AnyMessage

from sandbox.agents.contract import Env
from sandbox.agents.reference.hardening.answers import TRANSIENT
from sandbox.agents.reference.hardening.mend import Mending
from sandbox.agents.reference.hardening.patience import Patience
from sandbox.agents.reference.hardening.records import Records
from sandbox.agents.reference.hardening.shapes import shape_of_tool
from sandbox.agents.reference.hardening.stated import Stated
from sandbox.errors import ToolError


class Case:
    """One conversation's notes, shared by its guards."""

    def __init__(self, env: Env) -> None:
        self.env = env
        self.began = env.clock.wall().strftime("%Y-%m-%dT%H:%M:%SZ")
        """When the conversation began, as the shop and the help desk write times."""
        self.began_s = int(env.clock.wall_s())
        """The same in unix seconds, as the payment provider writes them."""
        self.records = Records()
        """What reads have shown."""
        self.stated = Stated()
        """What the customer has said of themselves."""
        self.patience = Patience()
        """How much more waiting this conversation may cost."""
        self.unreadable: set[str] = set()
        """Tools whose answers do not look as they should, and could not be mended."""
        self.written: list[tuple[str, dict[str, Any]]] = []
        """Writes that were carried out: effect class, arguments."""
        self.balances: dict[str, str] = {}
        """Customer -> store credit before this conversation added to it."""
        self.failing: dict[str, str] = {}
        """Tool -> why its latest call failed, until one succeeds."""
        self.unidentified = False
        """Whether a write was refused because the customer has not shown who they are."""
        self.stopped = ""
        """Why a person must take over; empty while the agent may go on."""

    def note(self, guard: str, what: str) -> None:
        """Leave a line in the trace: whoever reads it later sees which guard acted, and why."""
        self.env.note(f"{guard}: {what}")

    def stop(self, guard: str, reason: str) -> None:
        """Let a person take over before the model is asked again. The first reason stands."""
        if not self.stopped:
            self.stopped = reason
            self.note(guard, f"stop: {reason}")

    def listen(self, messages: Sequence[AnyMessage]) -> None:
        """Take in what the customer has said so far."""
        self.stated.read([str(m.text) for m in messages if m.type == "human"])

    def take(self, tool: str, result: Any) -> Any:
        """*result* in the shape that the schema of *tool* promises; what it shows is noted."""
        mending = Mending()
        shape = shape_of_tool(tool, self.env.tools[tool].result_schema)
        mended = mending.mend(result, shape)
        if mending.broken:
            self.unreadable.add(tool)
        if mending.mended or mending.broken:
            self.note("result_check", f"{tool}: {'; '.join(mending.mended + mending.broken)}")
        self.records.learn(tool, mended)
        return mended

    async def read(self, tool: str, **args: Any) -> Any:
        """The result of a read that a guard itself wants; raises a `ToolError` if it cannot be had.

        Guards read with the same patience as the model's own calls are made with.
        """
        for attempt in range(self.patience.attempts_max):
            try:
                result = await self.env.tools.call(tool, args)
            except ToolError as error:
                if error.code not in TRANSIENT:
                    raise
                if not await self.patience.wait(attempt, error.retry_after_s):
                    raise
            else:
                return self.take(tool, result)
        return self.take(tool, await self.env.tools.call(tool, args))
