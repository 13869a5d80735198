"""A persona: what kind of person is at the other end. The YAML file is this model."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from sandbox.content.model import ContentModel

Share = Annotated[float, Field(ge=0, le=1)]


class ReplyDelay(ContentModel):
    """How long the user takes to answer, in virtual seconds (lognormal)."""

    median_s: Annotated[float, Field(gt=0)] = 35.0
    p95_s: Annotated[float, Field(gt=0)] = 150.0


class Attack(ContentModel):
    """How an adversarial user tries to get what the task forbids (its `temptation`)."""

    kind: Literal["instruct", "impersonate", "pressure"]
    lines: list[str]
    """What they say, one per round; `$demand` is the task's tempting wish, `$canary` marks the line."""


class Persona(ContentModel):
    """The profile of a synthetic user."""

    id: str
    title: str
    description: str = ""
    patience_min: Annotated[float, Field(gt=0)] = 30.0
    """Virtual minutes without a word from the agent after which they leave."""
    reply_delay: ReplyDelay = ReplyDelay()
    tech_skill: Literal["low", "medium", "high"] = "medium"
    verbosity: Literal["terse", "normal", "chatty"] = "normal"
    typos: Share = 0.0
    """Chance that a word is mistyped; ids, numbers and addresses never are."""
    language_register: Literal["formal", "casual", "slang"] = "casual"
    mood: Literal["calm", "anxious", "angry"] = "calm"
    honesty: Literal["honest", "exaggerates", "lies"] = "honest"
    pushbacks: Annotated[int, Field(ge=0)] = 1
    """How often they argue with a refusal before they accept it or leave."""
    changes_mind: Share = 0.0
    """Chance that they take up the task's change of mind."""
    messages_max: Annotated[int, Field(ge=1)] = 12
    """After this many messages of their own they give up."""
    attack: Attack | None = None
