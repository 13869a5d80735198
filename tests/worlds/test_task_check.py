"""Task files are checked against the world: each kind of mistake, with its place."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from sandbox.content.document import parse_yaml
from sandbox.content.model import validate
from sandbox.systems.store import Store
from sandbox.worlds.task import Task
from sandbox.worlds.task_check import Vocabulary, check_task
from sandbox.worlds.world import World

Check = Callable[[str], list[str]]


@pytest.fixture
def words(retail: World) -> Iterator[Vocabulary]:
    empty = Store.create(system.ddl for system in retail.systems.values())
    policies = [policy.id for policy in retail.policies]
    yield Vocabulary(retail.operations, retail.systems, policies, empty)
    empty.close()


@pytest.fixture
def pattern(project: Path) -> str:
    path = project / "worlds" / "retail_support" / "tasks" / "refund_over_limit.yaml"
    return path.read_text()


def _check(text: str, words: Vocabulary) -> list[str]:
    document = parse_yaml(text, "t.yaml")
    return [str(problem) for problem in check_task(validate(document, Task), document, words)]


def _line(text: str, part: str) -> int:
    return text[: text.index(part)].count("\n") + 1


def test_the_pattern_tasks_have_no_problem(retail: World, words: Vocabulary, pattern: str) -> None:
    assert _check(pattern, words) == []


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("tool: stripe_get_charge", "tool: stripe_get_charg",
         "no tool called 'stripe_get_charg' (did you mean 'stripe_get_charge'?)"),
        ("args: { charge: $purchase.", "args: { chrage: $purchase.",
         "no argument of stripe_get_charge called 'chrage' (did you mean 'charge'?)"),
        ("args: { charge: $purchase.", "args: { chrage: $purchase.",
         "stripe_get_charge needs the argument 'charge'"),
        ("quantity: 1\n      reason", "quantity: many\n      reason",
         "commerce_create_return, argument 'quantity'"),
        ("reason: requested_by_customer", "reason: because",
         "stripe_create_refund, argument 'reason'"),
        ("$purchase.payment.payment_gateway", "$purchase.paymnt.payment_gateway",
         "$purchase has no 'paymnt' (did you mean 'payment'?)"),
        ("$found.orders.0.id", "$fund.orders.0.id",
         "nothing is called 'fund' (did you mean 'found'?)"),
        ("amount: $order.refund_cents\n      reason: Unu", "amount: $order.cents\n      reason: U",
         "$order has no 'cents'"),
        ("until: { status: approved }", "until: { state: approved }", "$approval has no 'state'"),
        ("{ effect: refund, target: $order.charge_id", "{ effect: refnd, target: $order.charge_id",
         "no effect called 'refnd' (did you mean 'refund'?)"),
        ("args: { amount: $order.refund_cents } }\n    - { effect: ticket",
         "args: { amont: 5 } }\n    - { effect: ticket",
         "no argument of refund called 'amont' (did you mean 'amount'?)"),
        ("rule: no-payouts\n", "rule: no-payout\n",
         "no forbidden rule called 'no-payout' (did you mean 'no-payouts'?)"),
        ("weight: 2", "weight: 2\npolicies: [no-payotus]",
         "no policy called 'no-payotus' (did you mean 'no-payouts'?)"),
        ("id: charge\n", "id: parcel\n", "the name 'parcel' is taken"),
        ("id: ticket\n", "id: order\n", "the name 'order' is taken"),
        ("FROM stripe_payment_methods", "FROM stripe_methods", "no such table: stripe_methods"),
        (":order_charge_id", ":order_charge", "unknown binding :order_charge (did you mean"),
        ("ORDER BY o.id, l.id", "", "SQL: no ORDER BY"),
        ("SELECT id, last4", "SELECT id AS card, last4", "one column must be called id"),
        ("any: [$order.refund_usd]", "any: [$order.usd]", "$order has no 'usd'"),
        ("comment: $user.opening", "comment: $user.phone", "$user has no 'phone'"),
    ],
)  # fmt: skip
def test_a_mistake_is_found(
    words: Vocabulary, pattern: str, old: str, new: str, message: str
) -> None:
    assert old in pattern
    found = _check(pattern.replace(old, new, 1), words)
    assert any(message in problem for problem in found), found


def test_a_problem_stands_where_the_mistake_is(words: Vocabulary, pattern: str) -> None:
    wrong = pattern.replace("tool: wiki_get_article", "tool: wiki_article", 1)
    line = _line(wrong, "tool: wiki_article")
    (problem,) = _check(wrong, words)[:1]
    assert problem.startswith(f"t.yaml:{line}:11: no tool called 'wiki_article'")


HAPPENING = """
happenings:
  - at_s: 60
    system: commerce
    method: set_shipment_status
    args: { tracking_number: SP1, status: lost }
"""


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("", "", ""),
        ("system: commerce", "system: comerce", "no system called 'comerce' (did you mean"),
        ("set_shipment_status", "set_status", "no method of commerce called 'set_status'"),
        ("set_shipment_status", "_shipment", "no method of commerce called '_shipment'"),
        ("status: lost", "state: lost", "commerce.set_shipment_status: missing a required"),
        ("status: lost", "status: $parcel.x", "nothing is called 'parcel'"),
    ],
)
def test_what_happens_by_itself_is_checked_too(
    words: Vocabulary, pattern: str, old: str, new: str, message: str
) -> None:
    found = _check(pattern + HAPPENING.replace(old, new, 1), words)
    assert [problem for problem in found if message not in problem] == []
    assert bool(found) == bool(message)


def test_an_opening_that_needs_an_arrangement_is_not_known_before_it(
    words: Vocabulary, pattern: str
) -> None:
    wrong = pattern.replace("Hello, I bought the", "About $ticket.id: I bought the", 1)
    (problem,) = _check(wrong, words)
    assert "$user has no 'opening'" in problem
    assert _check(wrong.replace("comment: $user.opening", "comment: Hello"), words) == []


def test_the_sandboxs_own_wait_is_known(words: Vocabulary, pattern: str) -> None:
    step = "oracle:\n  - id: pause\n    tool: wait\n    args: { seconds: 5 }"
    assert _check(pattern.replace("oracle:", step, 1), words) == []


CHANGE = """
change_of_mind:
  says: Never mind.
  oracle:
    - id: solved_now
      tool: zendesk_update_ticket
      args: { ticket_id: $tickets.tickets.0.id, status: solved }
  effects: {}
"""


def test_a_changed_mind_starts_a_plan_that_knows_no_step_of_the_other(
    words: Vocabulary, pattern: str
) -> None:
    (problem,) = _check(pattern + CHANGE, words)
    assert "nothing is called 'tickets' (did you mean 'ticket'?)" in problem
    assert _check(pattern + CHANGE.replace("$tickets.tickets.0.id", "$ticket.id"), words) == []
