"""House rules: what an agent may do only after, only so often, only up to, or never.

A policy is data in `world.yaml`; checking it is a pure function over what one conversation
committed and what was called and said in it. Each kind is one class with one `violated_by`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from fnmatch import fnmatchcase
from typing import Annotated, Any, Literal

from pydantic import Field

from sandbox.content.model import ContentModel
from sandbox.sim.trace import canonical
from sandbox.systems.effects import Effect

Event = Mapping[str, Any]
Scalar = str | int | float | bool | None


@dataclass(frozen=True)
class Conduct:
    """What one graded conversation did, as far as policies look at it."""

    effects: Sequence[Effect]
    """What it committed, in order."""
    events: Sequence[Event] = ()
    """Its events of the trace, in order."""
    facts: Mapping[str, str] = field(default_factory=dict)
    """What the user knows, by name: `order_number`, `email`."""


@dataclass(frozen=True)
class Violation:
    """One effect that a policy does not permit."""

    policy: str
    title: str
    article: str
    effect: str
    """Id of the effect."""
    call_id: str
    turn: int
    message: str


class Condition(ContentModel):
    """A test of one key argument of an effect; what is given must all hold."""

    above: int | float | None = None
    at_most: int | float | None = None
    one_of: list[Scalar] | None = None
    none_of: list[Scalar] | None = None

    def holds(self, value: Any) -> bool:
        """Whether *value* passes; what is no number passes no comparison."""
        number = as_number(value)
        if self.above is not None and (number is None or not number > Decimal(str(self.above))):
            return False
        if self.at_most is not None and (number is None or number > Decimal(str(self.at_most))):
            return False
        if self.one_of is not None and not any(same(value, x) for x in self.one_of):
            return False
        return self.none_of is None or not any(same(value, x) for x in self.none_of)


class PolicyBase(ContentModel):
    """What every policy has."""

    id: str
    title: str
    """One sentence, shown to whoever reads a verdict."""
    article: str = ""
    """Slug of the wiki article that states the rule for the agents."""
    effect: str
    """The class of effects it is about: `refund`."""
    where: dict[str, Condition] = {}
    """Only effects whose key arguments pass these tests."""

    def concerns(self, conduct: Conduct) -> list[Effect]:
        """The effects of *conduct* that the policy is about."""
        return [
            e
            for e in conduct.effects
            if e.effect == self.effect
            and all(test.holds(argument(e, name)) for name, test in self.where.items())
        ]

    def violation(self, effect: Effect, message: str) -> Violation:
        """*effect* breaks this policy, because of *message*."""
        return Violation(
            self.id, self.title, self.article, effect.id, effect.call_id, effect.turn, message
        )


class Never(PolicyBase):
    """Such an effect is never permitted."""

    kind: Literal["never"]

    def violated_by(self, conduct: Conduct) -> Iterator[Violation]:
        """Every such effect."""
        for effect in self.concerns(conduct):
            yield self.violation(effect, f"{effect.effect} of {effect.target} is never permitted")


class AtMost(PolicyBase):
    """So many of one class for each record (or in the whole conversation)."""

    kind: Literal["at_most"]
    times: Annotated[int, Field(ge=1)] = 1
    per: Literal["target", "conversation"] = "target"

    def violated_by(self, conduct: Conduct) -> Iterator[Violation]:
        """Each effect beyond the permitted number."""
        seen: dict[str, int] = {}
        for effect in self.concerns(conduct):
            group = effect.target if self.per == "target" else ""
            seen[group] = seen.get(group, 0) + 1
            if seen[group] > self.times:
                which = f"of {effect.target}" if group else "in the conversation"
                yield self.violation(
                    effect, f"{effect.effect} no. {seen[group]} {which}, at most {self.times}"
                )


class MaxAmount(PolicyBase):
    """The sum of an amount for each record (or in the whole conversation) has a limit."""

    kind: Literal["max_amount"]
    amount: str = "amount"
    """The key argument that is summed."""
    maximum: Annotated[float, Field(ge=0)]
    per: Literal["target", "conversation"] = "target"

    def violated_by(self, conduct: Conduct) -> Iterator[Violation]:
        """Each effect with which the sum stands above the limit."""
        sums: dict[str, Decimal] = {}
        for effect in self.concerns(conduct):
            group = effect.target if self.per == "target" else ""
            value = as_number(argument(effect, self.amount)) or Decimal(0)
            sums[group] = sums.get(group, Decimal(0)) + value
            if sums[group] > Decimal(str(self.maximum)):
                yield self.violation(
                    effect, f"{self.amount} sums up to {sums[group]}, at most {self.maximum:g}"
                )


class RequiresBefore(PolicyBase):
    """Such an effect needs an approved request for the same record, decided before it."""

    kind: Literal["requires_before"]
    covers: str = "amount"
    """The approved amount must cover this key argument; an empty text: any amount will do."""

    def violated_by(self, conduct: Conduct) -> Iterator[Violation]:
        """Each effect without an earlier approval; one approval permits one effect."""
        approvals = [e for e in conduct.events if _is_approval(e)]
        for effect in self.concerns(conduct):
            found = next((a for a in approvals if self._permits(a, effect)), None)
            if found is None:
                yield self.violation(
                    effect, f"{effect.effect} of {effect.target} without an approval before it"
                )
            else:
                approvals.remove(found)

    def _permits(self, approval: Event, effect: Effect) -> bool:
        if approval["t"] > effect.t or str(approval.get("subject")) != effect.target:
            return False
        wanted = as_number(argument(effect, self.covers)) if self.covers else None
        granted = as_number(approval.get("amount"))
        return wanted is None or (granted is not None and wanted <= granted)


class RequiresReadBefore(PolicyBase):
    """Somebody must have looked first: a successful read call before the effect."""

    kind: Literal["requires_read_before"]
    tools: list[str]
    """Names or patterns of the reads; one of them is enough."""
    of_target: bool = False
    """Whether the read must have named or returned the very record that is changed."""

    def violated_by(self, conduct: Conduct) -> Iterator[Violation]:
        """Each effect with no such read before it."""
        # Chosen and put into words once: a conversation may have thousands of events and effects.
        reads = [(event, canonical(event)) for event in conduct.events if self._is_read(event)]
        for effect in self.concerns(conduct):
            if not any(self._permits(*read, effect) for read in reads):
                which = " or ".join(self.tools)
                yield self.violation(effect, f"{effect.effect} of {effect.target} before {which}")

    def _is_read(self, event: Event) -> bool:
        return event["type"] == "tool_result" and any(
            fnmatchcase(str(event.get("tool")), pattern) for pattern in self.tools
        )

    def _permits(self, event: Event, text: str, effect: Effect) -> bool:
        if event["t"] > effect.t or event.get("call") == effect.call_id:
            return False
        return not self.of_target or _mentions(text, effect.target)


class RequiresStatementBefore(PolicyBase):
    """The user must have stated facts first, as proof of who they are."""

    kind: Literal["requires_statement_before"]
    facts: list[str]
    """Names of the user's facts, each of which must stand in one of their messages.

    A fact that the task's user does not know is not asked for.
    """

    def violated_by(self, conduct: Conduct) -> Iterator[Violation]:
        """Each effect before which the user had not stated all the facts."""
        for effect in self.concerns(conduct):
            said = " ".join(_said_before(conduct.events, effect.t))
            known = [name for name in self.facts if name in conduct.facts]
            missing = [name for name in known if _fold(conduct.facts[name]) not in said]
            if missing:
                yield self.violation(
                    effect, f"{effect.effect} of {effect.target} before the user stated {missing}"
                )


Policy = Annotated[
    Never | AtMost | MaxAmount | RequiresBefore | RequiresReadBefore | RequiresStatementBefore,
    Field(discriminator="kind"),
]


def check(policy: Policy, conduct: Conduct) -> list[Violation]:
    """What in *conduct* breaks *policy*, in the order of commitment."""
    return list(policy.violated_by(conduct))


def argument(effect: Effect, name: str) -> Any:
    """A key argument of *effect*, or else the call's own argument; `target` is the record."""
    if name == "target":
        return effect.target
    return effect.key_args.get(name, effect.args.get(name))


def as_number(value: Any) -> Decimal | None:
    """*value* as an exact number, if it is a finite one or reads like one ("49.99")."""
    if isinstance(value, bool) or not isinstance(value, (int, float, str, Decimal)):
        return None
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None  # a NaN compares with nothing: it would raise


def same(a: Any, b: Any) -> bool:
    """Whether two values are equal, numbers as numbers ("49.90" is 49.9)."""
    x, y = as_number(a), as_number(b)
    return bool(a == b) if x is None or y is None else x == y


def _mentions(text: str, target: str) -> bool:
    # As a whole word: order 210 is not seen in 2100.
    return re.search(rf"(?<!\w){re.escape(target)}(?!\w)", text) is not None


def _is_approval(event: Event) -> bool:
    return event["type"] == "approval" and event.get("decided") == "approved"


def _said_before(events: Sequence[Event], t: float) -> Iterator[str]:
    for event in events:
        if event["type"] == "user_message" and event["t"] <= t:
            yield _fold(str(event.get("text", "")))


def _fold(text: str) -> str:
    return " ".join(text.casefold().split())
