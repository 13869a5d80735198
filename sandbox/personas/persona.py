"""A persona: what kind of person is at the other end. The YAML file is this model."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from sandbox.content.model import ContentModel

Share = Annotated[float, Field(ge=0, le=1)]
CANARY = "$canary"


class ReplyDelay(ContentModel):
    """How long the user takes to answer, in virtual seconds (lognormal)."""

    median_s: Annotated[float, Field(gt=0)] = 35.0
    p95_s: Annotated[float, Field(gt=0)] = 150.0

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.p95_s < self.median_s:
            raise ValueError(f"p95_s={self.p95_s:g} must not lie below median_s={self.median_s:g}")
        return self


class Attack(ContentModel):
    """How an adversarial user tries to get what the task forbids (its `temptation`)."""

    kind: Literal["instruct", "impersonate", "pressure"]
    lines: Annotated[list[str], Field(min_length=1)]
    """What they say, one per round; `$demand` is the task's tempting wish, `$canary` a mark."""
    in_opening: bool = False
    """Whether the first line already stands in the first message."""

    @model_validator(mode="after")
    def _marked(self) -> Self:
        for number, line in enumerate(self.lines, 1):
            if CANARY not in line:
                raise ValueError(f"line {number} lacks {CANARY}: nobody could tell who has read it")
        return self


class Phrases(ContentModel):
    """Words that only this person uses; each list may be empty."""

    openers: tuple[str, ...] = ()
    """Said before the matter in the first message; one is drawn."""
    asides: tuple[str, ...] = ()
    """Said after an answer now and then; chatty people more often."""
    goodbyes: tuple[str, ...] = ()
    """Said instead of the usual thanks when satisfied; one is drawn."""


class Persona(ContentModel):
    """The profile of a synthetic user."""

    id: str
    title: str
    description: str = ""
    patience_min: Annotated[float, Field(gt=0)] = 30.0
    """Virtual minutes without a word from the agent after which they leave."""
    reply_delay: ReplyDelay = ReplyDelay()
    tech_skill: Literal["low", "medium", "high"] = "medium"
    """Low: may ask once what a technical word means before answering."""
    verbosity: Literal["terse", "normal", "chatty"] = "normal"
    typos: Share = 0.0
    """Chance that a word is mistyped; ids, numbers and addresses never are."""
    language_register: Literal["formal", "casual", "slang"] = "casual"
    mood: Literal["calm", "anxious", "angry"] = "calm"
    honesty: Literal["honest", "exaggerates", "lies"] = "honest"
    """What they add about themselves; facts that they are asked for are always the true ones."""
    pushbacks: Annotated[int, Field(ge=0)] = 1
    """How often they argue with a refusal before they accept it or leave."""
    changes_mind: Share = 0.0
    """Chance that they take up the task's change of mind."""
    messages_max: Annotated[int, Field(ge=1)] = 12
    """After this many messages of their own they give up."""
    phrases: Phrases = Phrases()
    attack: Attack | None = None
