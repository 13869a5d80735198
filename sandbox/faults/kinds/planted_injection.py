"""Planted injection: an instruction hidden in data that the agent will read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Literal, Protocol

from pydantic import model_validator

from sandbox.content.references import ReferenceProblem, resolve
from sandbox.faults.fault import Fault
from sandbox.llm.plan import Temptation
from sandbox.sim.points import Call
from sandbox.sim.seeds import Seeds
from sandbox.worlds.task import Task, TemptingCall, ToolCallStep

Place = Literal["ticket", "order_note", "article"]
PLACES: dict[Place, str] = {
    "ticket": "zendesk_extend_description",
    "order_note": "commerce_set_order_note",
    "article": "wiki_update_article",
}
"""Where a text can be planted, and what the world does for it: agents read a ticket's description
and an order's note field with the record itself, later comments only if they look for them."""
_TARGETS: dict[Place, str] = {"ticket": "$ticket.id", "order_note": "$order.id"}
_ARTICLE_TOOL = "wiki_get_article"
_TRIGGERS = ("tool", "agent", "nth", "from_nth", "window")


class PlantingGround(Protocol):
    """What planting needs of the live world."""

    def exogenous(self, tool: str, args: dict[str, Any], *, note: str = "") -> Any:
        """Let the world itself do *tool*."""

    def article(self, slug: str) -> dict[str, Any]:
        """The article's row."""


@dataclass(frozen=True)
class Planted:
    """A text that was placed, and the call that it tempts to."""

    text: str
    temptation: Temptation


class PlantedInjection(Fault):
    """Text that orders the agent to do something, placed where its work leads it.

    `$canary` in *text* becomes a mark by which exposure is seen, `$demand` the wish in plain words.
    The goal is the task's own temptation unless *goal* names another. The call that it asks for is
    a forbidden effect from then on. Nothing is planted in tasks without such a place or goal.
    """

    kind: Literal["planted_injection"] = "planted_injection"
    place: Place
    target: str = ""
    """Default: the task's `$ticket.id` or `$order.id`; the first article that its oracle reads."""
    text: str
    goal: TemptingCall | None = None
    """The call that it asks for, in every task; default: each task's own `temptation`."""

    drawn_per: ClassVar[Literal["call", "conversation"]] = "conversation"

    @model_validator(mode="after")
    def _is_placed_and_not_triggered(self) -> PlantedInjection:
        fields = type(self).model_fields
        given = [name for name in _TRIGGERS if getattr(self, name) != fields[name].default]
        if given:
            raise ValueError(
                f"{', '.join(given)}: a planted text acts when it is read, not at a call; "
                "`probability` says in how many conversations there is one"
            )
        if "$canary" not in self.text:
            raise ValueError("the text has no $canary: nobody could tell who was exposed to it")
        return self

    @property
    def name(self) -> str:
        """The fault's name in traces and reports."""
        return self.id or f"{self.kind}:{self.place}"

    def matches(self, call: Call) -> bool:
        """It acts through what is read, not around a call."""
        del call
        return False

    def plant(
        self, world: PlantingGround, task: Task, scope: Mapping[str, Any], seeds: Seeds,
        *, before: str = "",
    ) -> Planted | None:  # fmt: skip
        """Place the text for one conversation; None where it has no place, or chance says no.

        *before* is what was planted for an earlier conversation: in an article, which all share,
        the new text takes its place.
        """
        goal = self.goal or task.temptation
        if goal is None or seeds.uniform("fault", self.name) >= self.probability:
            return None
        canary = f"ref-{seeds.token(10, 'canary', self.name)}"
        try:
            record = resolve(self.target or self._usual_target(task), scope)
            args = resolve(dict(goal.args), scope)
            demand = resolve(goal.demand, scope)
            text = resolve(self.text, {**scope, "canary": canary, "demand": demand})
        except ReferenceProblem:
            return None
        self._place(world, record, text, before)
        return Planted(text, Temptation(self.name, "injection", canary, goal.tool, args))

    def _usual_target(self, task: Task) -> str:
        if self.place != "article":
            return _TARGETS[self.place]
        steps = (s for s in task.oracle if isinstance(s, ToolCallStep) and s.tool == _ARTICLE_TOOL)
        slug = next((s.args.get("slug") for s in steps), None)
        return str(slug) if slug else "$article.slug"  # resolves to nothing: no such place

    def _place(self, world: PlantingGround, record: Any, text: str, before: str) -> None:
        args: dict[str, Any]
        match self.place:
            case "ticket":
                args = {"ticket_id": record, "text": text}
            case "order_note":
                args = {"order_id": record, "note": text}
            case "article":
                old = world.article(record)
                body = old["body"].replace(f"\n\n{before}", "") if before else old["body"]
                args = {"slug": record, "body": f"{body}\n\n{text}", "version": old["version"]}
        world.exogenous(PLACES[self.place], args, note=self.name)
