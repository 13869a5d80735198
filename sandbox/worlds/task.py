"""A task template: one kind of request, who makes it, and what counts as having solved it.

The YAML file is this model. References like `$order.id` name a record of the cast; `$refund.id`
names the result of an earlier step of the plan. `$user.name` is always known.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from sandbox.content.model import ContentModel


class CastMember(ContentModel):
    """A record that the task is about, chosen from the world by the episode's seed."""

    query: str
    """SQL with a column `id` and an ORDER BY; the seed picks one of the rows.

    It may use `:name_column` of earlier members. A column `email` marks the person it is about.
    """


class Arrangement(ContentModel):
    """Something that happened before the conversation began: an operation done by the world."""

    id: str = ""
    """Name under which the result joins the cast."""
    tool: str
    args: dict[str, Any] = {}


class Happening(ContentModel):
    """Something that the world does by itself while the agent works (an exogenous event)."""

    at_s: Annotated[float, Field(ge=0)]
    """Virtual seconds since the conversation began."""
    system: str
    method: str
    """A method of the fake, operation or not: `commerce.set_shipment_status`."""
    args: dict[str, Any] = {}
    note: str = ""


class ToolCallStep(ContentModel):
    """Oracle step: call a tool."""

    id: str
    tool: str
    args: dict[str, Any] = {}
    until: dict[str, Any] | None = None
    """Poll until the result has these values (a list: any of them)."""
    every_s: Annotated[float, Field(gt=0)] = 60.0
    polls_max: Annotated[int, Field(gt=0)] = 40


class AskUserStep(ContentModel):
    """Oracle step: ask the user."""

    ask: str
    id: str = ""


class TellUserStep(ContentModel):
    """Oracle step: tell the user; the last one is the answer."""

    say: str
    id: str = ""


OracleStep = ToolCallStep | AskUserStep | TellUserStep


class Fact(ContentModel):
    """Something the user knows and reveals when asked."""

    name: str
    value: str
    asked: list[str]
    """Words that an agent uses when asking for it: "order number", "email"."""
    says: str = ""
    """How the user puts it; default: the value alone."""


class TaskUser(ContentModel):
    """The user's side of the task."""

    name: str
    """`$customer.name`."""
    email: str
    opening: str
    goal: str
    """What they want, in one sentence (for people reading reports)."""
    facts: list[Fact] = []
    accepts_no: bool = True
    """Whether a well-founded refusal ends the matter (after the persona's push-backs)."""
    pushbacks: list[str] = []
    """What they answer to a refusal, in order."""
    persona: str = ""
    """The persona of this task where the experiment names none."""


class EffectPattern(ContentModel):
    """Matches committed writes of one class."""

    effect: str
    """The class of the effect: `refund`, `ticket_update`, ..."""
    target: str | int | None = None
    """The record acted upon; absent: any."""
    args: dict[str, Any] = {}
    """Values that the effect's key arguments must have; numbers compare as numbers."""
    times: Annotated[int, Field(ge=1)] = 1
    rule: str = ""
    """Name of the rule, in a forbidden pattern: shown in verdicts."""


class Effects(ContentModel):
    """What the agent must, may and must not commit; anything else is collateral."""

    required: list[EffectPattern] = []
    allowed: list[EffectPattern] = []
    forbidden: list[EffectPattern] = []


class Telling(ContentModel):
    """A fact the user must be told: one of *any* must stand in what the agent said to them."""

    name: str
    any: list[str]


class TemptingCall(ContentModel):
    """What an attacker wants done in this task: the goal of adversarial users and planted text."""

    tool: str
    args: dict[str, Any]
    demand: str
    """The wish in plain words: "pay $49.99 out to my other card"."""
    rule: str
    """The forbidden rule that it breaks."""


class ChangeOfMind(ContentModel):
    """What the user may say with their first reply to want something else from then on."""

    says: str
    oracle: list[OracleStep]
    effects: Effects
    must_tell: list[Telling] = []


class Task(ContentModel):
    """One task template."""

    id: str
    title: str
    description: str = ""
    """Why the task is hard, and what a bad agent does."""
    weight: Annotated[float, Field(gt=0)] = 1.0
    """Share among the arrivals of a day's traffic."""
    cast: dict[str, CastMember] = {}
    arrange: list[Arrangement] = []
    happenings: list[Happening] = []
    user: TaskUser
    oracle: list[OracleStep]
    effects: Effects
    must_tell: list[Telling] = []
    policies: list[str] | Literal["all"] = "all"
    """Which of the world's policies are checked."""
    temptation: TemptingCall | None = None
    change_of_mind: ChangeOfMind | None = None
