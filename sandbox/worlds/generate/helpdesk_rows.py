"""The help desk's tables: staff, groups, customers as users, past tickets and their comments."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from random import Random
from typing import Any

from sandbox.sim.seeds import Seeds
from sandbox.systems.zendesk.model import ORDER_NUMBER_FIELD
from sandbox.worlds.generate.context import DAY_S, HOUR_S, Batch, Context, iso
from sandbox.worlds.generate.people import Person, Pools
from sandbox.worlds.generate.shopping import Order
from sandbox.worlds.generate.ticket_words import TOPICS, Topic

_FIRST_USER = 3_600_000_001
_FIRST_STAFF = 3_500_000_001
_FIRST_TICKET = 1_001
GROUPS = (
    (4_401, "Support", "First line: orders, returns, refunds within the limit"),
    (4_402, "Tier 2", "Cases that need a person's judgement"),
    (4_403, "Trust and Safety", "Fraud, account takeover, threats"),
    (4_404, "Finance", "Chargebacks, refunds above 1,500.00 USD, tax documents"),
    (4_405, "Logistics", "Carrier claims, warehouse errors"),
    (4_406, "Privacy", "Data requests that first line cannot complete"),
)
_STAFF_PER_GROUP = (6, 3, 2, 2, 2, 1)
_OPEN_PAIRS = 60
"""People who wrote twice about the same thing and whose tickets are both open."""


def helpdesk_batches(
    context: Context, pools: Pools, people: Sequence[Person], orders: Sequence[Order], count: int
) -> Iterator[Batch]:
    """All rows of the help desk; *count* past tickets."""
    staff = _staff(context, pools)
    yield Batch("zendesk_groups", ("id", "name", "description", "created_at", "updated_at"), [
        (*group, iso(context.epoch_s - 900 * DAY_S), iso(context.epoch_s - 900 * DAY_S))
        for group in GROUPS
    ])  # fmt: skip
    yield Batch("zendesk_users", (
        "id", "name", "email", "phone", "role", "external_id", "created_at", "updated_at",
    ), [row for row, _ in staff] + [_end_user(p) for p in people])  # fmt: skip
    members = [(n, row[0], group) for n, (row, group) in enumerate(staff, start=1)]
    yield Batch(
        "zendesk_group_memberships",
        ("id", "user_id", "group_id", "default"),
        [(*member, 1) for member in members],
    )
    desk = _Desk(context.seeds, context.epoch_s, [(user, group) for _, user, group in members[1:]])
    desk.fill([o for o in orders if o.replaces is None], count)
    yield from desk.batches()


def zendesk_id(person: Person) -> int:
    """The help desk's user id of a customer; the shop's customer id stands in `external_id`."""
    return _FIRST_USER + person.id % 1_000_000


def _end_user(p: Person) -> tuple[Any, ...]:
    at = iso(p.created_s)
    return (zendesk_id(p), p.name, p.email, p.phone, "end-user", str(p.id), at, at)


def _staff(context: Context, pools: Pools) -> list[tuple[tuple[Any, ...], int]]:
    """The agent itself first, known by its principal's name; then people."""
    rng = context.seeds.stream("staff")
    at = iso(context.epoch_s - 700 * DAY_S)
    agent = (_FIRST_STAFF, "Fernbrook Assistant", "assistant@fernbrook.example", None, "agent",
             context.principal, at, at)  # fmt: skip
    found: list[tuple[tuple[Any, ...], int]] = [(agent, GROUPS[0][0])]
    for (group, *_), size in zip(GROUPS, _STAFF_PER_GROUP, strict=True):
        for _ in range(size):
            number = _FIRST_STAFF + len(found)
            first, last = rng.choice(pools.first), rng.choice(pools.last)
            email = f"{first.lower()}.{last.lower()}{len(found)}@fernbrook.example"
            row = (number, f"{first} {last}", email, None, "agent", f"staff-{len(found)}", at, at)
            found.append((row, group))
    return found


class _Desk:
    """Writes tickets about real orders."""

    def __init__(self, seeds: Seeds, epoch_s: int, staff: list[tuple[int, int]]) -> None:
        self.rng = seeds.stream("tickets")
        self.epoch_s = epoch_s
        self.support = [user for user, group in staff if group == GROUPS[0][0]]
        self.tickets: list[list[Any]] = []
        self.comments: list[tuple[Any, ...]] = []

    def fill(self, orders: Sequence[Order], count: int) -> None:
        """*count* tickets, in the order of time."""
        pairs = min(_OPEN_PAIRS, count // 10)
        recent = [o for o in orders if o.shipped_s and o.placed_s > self.epoch_s - 20 * DAY_S]
        planned: list[tuple[int, Order, Topic, bool]] = []
        for order in self.rng.sample(recent, min(pairs, len(recent))):
            first_s = self.epoch_s - self.rng.randrange(5 * HOUR_S, 60 * HOUR_S)
            second_s = first_s + self.rng.randrange(HOUR_S, 5 * HOUR_S)
            topic = TOPICS["where_is_it"]
            planned += [(first_s, order, topic, True), (second_s, order, topic, True)]
        while orders and len(planned) < count:
            order = self.rng.choice(orders)
            topic, since_s = _topic(self.rng, order)
            at = since_s + self.rng.randrange(HOUR_S, 4 * DAY_S)
            if at < self.epoch_s - HOUR_S:
                planned.append((at, order, topic, False))
        planned.sort(key=lambda plan: (plan[0], plan[1].id))
        for at, order, topic, is_open in planned:
            self._write(at, order, topic, is_open=is_open)

    def _write(self, at: int, order: Order, topic: Topic, *, is_open: bool) -> None:
        rng, requester = self.rng, zendesk_id(order.person)
        number, assignee = _FIRST_TICKET + len(self.tickets), rng.choice(self.support)
        words = {
            "number": order.number, "first": order.person.first,
            "item": order.lines[0].product.name,
        }  # fmt: skip
        nth = rng.randrange(len(topic.openings))
        said = [(requester, topic.openings[nth], 1)]
        if not is_open:
            paired = len(topic.replies) == len(topic.openings)
            reply = topic.replies[nth] if paired else rng.choice(topic.replies)
            said.append((assignee, reply, 1))
            if rng.random() < 0.45:
                said.append((requester, rng.choice(topic.thanks), 1))
            if rng.random() < 0.2:
                said.append((assignee, rng.choice(topic.notes), 0))
        body, moment = "", at
        for author, text, public in said:
            text = text.format_map(words)  # noqa: PLW2901 - the template becomes its text
            body = body or text
            self.comments.append((
                len(self.comments) + 1, number, author, text, public, "email", iso(moment),
            ))  # fmt: skip
            moment = min(moment + rng.randrange(1200, 20 * HOUR_S), self.epoch_s - 60)
        age_s = self.epoch_s - at
        status = "open" if is_open else "closed" if age_s > 7 * DAY_S else "solved"
        field = json.dumps({str(ORDER_NUMBER_FIELD): str(order.number)})
        self.tickets.append([
            number, "email", "question", topic.subjects[nth].format_map(words), body,
            rng.choices(("low", "normal", "high"), (2, 12, 3))[0], status, requester, requester,
            assignee, GROUPS[0][0], json.dumps([topic.tag]), field, iso(at), iso(moment),
        ])  # fmt: skip

    def batches(self) -> Iterator[Batch]:
        """Tickets and comments."""
        yield Batch("zendesk_tickets", (
            "id", "via_channel", "type", "subject", "description", "priority", "status",
            "requester_id", "submitter_id", "assignee_id", "group_id", "tags", "custom_fields",
            "created_at", "updated_at",
        ), self.tickets)  # fmt: skip
        yield Batch("zendesk_comments", (
            "id", "ticket_id", "author_id", "body", "public", "via_channel", "created_at",
        ), self.comments)  # fmt: skip


def _topic(rng: Random, order: Order) -> tuple[Topic, int]:
    """What somebody would write about this order, and since when."""
    if order.cancelled_s:
        return TOPICS["cancel"], order.placed_s
    if order.return_s:
        faulty = order.return_reason in ("defective", "damaged", "wrong_item")
        return TOPICS["faulty" if faulty else "return"], order.return_s
    if order.lost or order.stuck:
        return TOPICS["where_is_it"], order.due_s
    if order.delivered_s and rng.random() < 0.75:
        name = rng.choices(("product", "invoice", "account", "return"), (5, 3, 3, 2))[0]
        return TOPICS[name], order.delivered_s
    return TOPICS["where_is_it"], order.placed_s + DAY_S
