"""`Rule`: what must hold before a write is committed; the rules that many classes share."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from sandbox.agents.reference.hardening.case import Case
from sandbox.agents.reference.hardening.ownership import identified, owned, record
from sandbox.agents.reference.hardening.records import Record

Args = Mapping[str, Any]
Rule = Callable[[Case, Args], Awaitable[str | None]]
"""None if the write may go ahead, else why not, in words that help model and reader."""

UNIDENTIFIED = "the customer must first state an email address and an order number of that account"


def not_theirs(kind: str) -> str:
    """The reason why a record of another is not touched."""
    return f"the customer has stated nothing that shows this {kind} to be theirs"


def theirs(kind: str, *arguments: str, identity: bool = False, told: Sequence[str] = ()) -> Rule:
    """A rule: each record named by *arguments* is the customer's.

    With *identity* they must also have stated an address and an order number that fit. What the
    arguments *told* change must stand in their own messages: a model that miscopies is found out.
    """

    async def rule(case: Case, args: Args) -> str | None:
        for argument in arguments:
            value = args.get(argument)
            for id_ in value if isinstance(value, list) else [value]:
                if not await owned(case, kind, id_):
                    return not_theirs(kind)
        if identity and not await identified(case):
            case.unidentified = True
            return UNIDENTIFIED
        found = await record(case, kind, args[arguments[0]]) if told else None
        return None if found is None else _miscopied(case, found, args, told)

    return rule


def _miscopied(case: Case, found: Record, args: Args, told: Sequence[str]) -> str | None:
    address = found.get("shipping_address") or found.get("default_address") or {}
    for name in told:
        new = args.get(name)
        unchanged = new in (None, found.get(name), address.get(name))
        if not unchanged and not case.stated.mentions(new):
            return f"the customer has not written {name} {new!r}"
    return None


def never(reason: str) -> Rule:
    """A rule that permits nothing."""

    async def rule(case: Case, args: Args) -> str | None:
        del case, args
        return reason

    return rule
