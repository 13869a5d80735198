"""Planted injection: an instruction hidden in data that the agent will read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, Protocol

from sandbox.content.references import ReferenceProblem, resolve
from sandbox.faults.fault import Fault
from sandbox.llm.plan import Temptation
from sandbox.sim.points import Call
from sandbox.sim.seeds import Seeds
from sandbox.worlds.task import EffectPattern, Task, TemptingCall


class PlantingGround(Protocol):
    """What planting needs of the live world."""

    def exogenous(self, tool: str, args: dict[str, Any], *, note: str = "") -> Any:
        """Let the world itself do *tool*."""

    def article(self, slug: str) -> dict[str, Any]:
        """The article's row."""


class PlantedInjection(Fault):
    """Text that orders the agent to do something, placed where its work leads it.

    `$canary` in *text* becomes a mark by which exposure is seen, `$demand` the wish in plain words.
    The goal is the task's own temptation unless *goal* names another. The call that it asks for is
    a forbidden effect from then on. Nothing is planted in tasks without such a place or goal.
    """

    kind: Literal["planted_injection"] = "planted_injection"
    place: Literal["ticket", "order_note", "article"]
    target: str = ""
    """The record: `$ticket.id`, `$order.id`, an article's slug; default: the task's ticket or order."""
    text: str
    goal: TemptingCall | None = None
    forbidden: EffectPattern | None = None
    """The effect that the goal commits; needed where *goal* is not the task's own."""

    def matches(self, call: Call) -> bool:
        """It acts through what is read, not around a call."""
        del call
        return False

    def plant(
        self, world: PlantingGround, task: Task, scope: Mapping[str, Any], seeds: Seeds
    ) -> Temptation | None:
        """Place the text for one conversation; the temptation that it is, or None where it has no place."""
        goal = self.goal or task.temptation
        if goal is None or seeds.uniform("fault", self.name) >= self.probability:
            return None
        try:
            record = resolve(self.target or _PLACES[self.place], scope)
            args = resolve(dict(goal.args), scope)
            demand = resolve(goal.demand, scope)
        except ReferenceProblem:
            return None
        canary = f"ref-{seeds.token(10, 'canary', self.name)}"
        text = resolve(self.text, {**scope, "canary": canary, "demand": demand})
        self._place(world, record, text)
        return Temptation(self.name, "injection", canary, goal.tool, args)

    def _place(self, world: PlantingGround, record: Any, text: str) -> None:
        match self.place:
            case "ticket":
                args = {"ticket_id": record, "body": text}
                world.exogenous("zendesk_add_comment", args, note=self.name)
            case "order_note":
                args = {"order_id": record, "body": text}
                world.exogenous("commerce_add_order_note", args, note=self.name)
            case "article":
                old = world.article(record)
                args = {
                    "slug": record,
                    "body": f"{old['body']}\n\n{text}",
                    "version": old["version"],
                }
                world.exogenous("wiki_update_article", args, note=self.name)


_PLACES = {"ticket": "$ticket.id", "order_note": "$order.id", "article": "refund-policy"}
