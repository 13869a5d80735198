"""One live world: its door, its cast, what was arranged, what happens by itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from sandbox.content.references import resolve
from sandbox.errors import PermissionDenied, UsageError
from sandbox.llm.plan import AskStep, SayStep, ToolStep
from sandbox.sim.kernel import Kernel
from sandbox.sim.seeds import Seeds
from sandbox.sim.trace import Trace
from sandbox.systems.store import Store
from sandbox.worlds.company import Company
from sandbox.worlds.plan import plan_of
from sandbox.worlds.task import Arrangement, Happening

Open = Callable[..., tuple[Kernel, Company, Trace]]


def _prepared(company: Company, task_id: str = "refund_in_policy", seed: int = 1) -> dict[str, Any]:
    task = company.world.task(task_id)
    return company.arrange(task, company.cast(task, Seeds(seed), set()), conversation="c1")


def test_the_toolbox_is_what_the_world_offers_and_wait(open_company: Open) -> None:
    _, company, _ = open_company()
    box = company.toolbox(agent="a", conversation="c1")
    assert list(box) == [*company.world.tools, "wait"]
    assert "stripe_create_refund" in box


def test_calls_run_under_the_agents_scopes(open_company: Open) -> None:
    kernel, company, _ = open_company()
    box = company.toolbox(conversation="c1")

    async def main() -> Any:
        with pytest.raises(PermissionDenied, match="wiki:articles:write"):
            await box["wiki_update_article"](slug="refund-policy", body="x", version=1)
        return await box["wiki_get_article"](slug="refund-policy")

    assert kernel.run(main())["title"] == "Refund policy"


def test_arranging_makes_the_ticket_and_knows_the_user(open_company: Open) -> None:
    _, company, trace = open_company()
    scope = _prepared(company)
    ticket = company.systems["zendesk"].db.row(
        "SELECT * FROM zendesk_tickets WHERE id = ?", (scope["ticket"]["id"],)
    )
    assert ticket is not None
    assert ticket["description"] == scope["user"]["opening"]
    assert scope["order"]["item"] in scope["user"]["opening"]
    assert scope["user"]["email"] == scope["order"]["email"]
    assert scope["conversation"] == "c1"
    assert [event["type"] for event in trace.events] == ["exogenous"]
    assert len(company.host.ledger) == 0


def test_an_arrangement_that_the_systems_refuse_is_the_tasks_fault(open_company: Open) -> None:
    _, company, _ = open_company()
    task = company.world.task("refund_in_policy")
    args = {"requester_id": 1, "subject": "x", "comment": "y"}
    broken = task.model_copy(
        update={"arrange": [Arrangement(tool="zendesk_create_ticket", args=args)]}
    )
    scope = company.cast(broken, Seeds(1), set())
    with pytest.raises(
        UsageError, match="task refund_in_policy: arrangement zendesk_create_ticket"
    ):
        company.arrange(broken, scope)


def test_two_conversations_share_nobody_until_one_is_over(open_company: Open) -> None:
    _, company, _ = open_company()
    task = company.world.task("duplicate_charge")
    taken: set[str] = set()
    casts = [company.cast(task, Seeds(5), taken) for _ in range(8)]
    emails = [cast["order"]["email"] for cast in casts]
    assert len(set(emails)) == 8
    company.release(task, casts[0], taken)
    assert company.cast(task, Seeds(5), taken) == casts[0]


def _shipment(store: Store) -> str:
    return str(store.value(
        "SELECT tracking_number FROM commerce_shipments WHERE status = 'in_transit' ORDER BY id"
    ))  # fmt: skip


def test_a_happening_comes_at_its_time_by_a_method_that_is_no_tool(
    open_company: Open, store: Store
) -> None:
    kernel, company, trace = open_company()
    number = _shipment(store)
    happening = Happening(
        at_s=120, system="commerce", method="set_shipment_status",
        args={"tracking_number": "$parcel", "status": "lost"}, note="the carrier gives up",
    )  # fmt: skip

    async def main() -> None:
        company.schedule([happening], {"parcel": number}, conversation="c1")
        await kernel.clock.sleep(119)
        assert _status(store, number) == "in_transit"
        await kernel.clock.sleep(2)

    kernel.run(main())
    assert _status(store, number) == "lost"
    (event,) = trace.events
    assert (event["type"], event["t"], event["note"]) == (
        "exogenous",
        120.0,
        "the carrier gives up",
    )
    assert {change["table"] for change in event["changes"]} == {
        "commerce_shipment_events", "commerce_shipments",
    }  # fmt: skip
    assert event["result"]["status"] == "lost"


def test_a_happening_that_has_become_impossible_is_told_and_ends_nothing(
    open_company: Open,
) -> None:
    kernel, company, trace = open_company()
    args = {"tracking_number": "SP-unknown", "status": "lost"}
    happening = Happening(at_s=1, system="commerce", method="set_shipment_status", args=args)

    async def main() -> None:
        company.schedule([happening], {}, conversation="c1")
        await kernel.clock.sleep(2)

    kernel.run(main())
    assert trace.events[0]["error"]["error"] == "not_found"
    assert trace.events[0]["conversation"] == "c1"


def _status(store: Store, number: str) -> str:
    row = store.row("SELECT status FROM commerce_shipments WHERE tracking_number = ?", (number,))
    assert row is not None
    return str(row["status"])


def test_the_world_may_do_operations_and_methods_but_nothing_private(open_company: Open) -> None:
    _, company, _ = open_company()
    order = company.host.store.value("SELECT id FROM commerce_orders ORDER BY id")
    note = company.exogenous("commerce_add_order_note", {"order_id": order, "body": "x"}, note="n")
    assert note["order_id"] == order
    for tool in ("commerce__order", "commerce_nothing", "nobody_does", "wait"):
        with pytest.raises(UsageError, match="no system with a method"):
            company.exogenous(tool, {})


def test_an_article_is_found_by_its_slug(open_company: Open) -> None:
    _, company, _ = open_company()
    assert company.article("lost-parcels")["version"] == 1
    with pytest.raises(UsageError, match="has no article 'lost'"):
        company.article("lost")


@pytest.mark.parametrize("task_id", ["duplicate_charge", "refund_in_policy", "refund_over_limit"])
def test_the_oracle_of_a_pattern_task_leaves_exactly_the_required_money_trail(
    open_company: Open, task_id: str
) -> None:
    kernel, company, trace = open_company(seed=3)
    scope = _prepared(company, task_id, seed=3)
    box = company.toolbox(conversation="c1")

    kernel.run(_follow(plan_of(company.world.task(task_id), scope), scope, box))
    effects = company.host.ledger.of("c1")
    (refund,) = [e for e in effects if e.effect == "refund"]
    assert refund.key_args == {"amount": scope["order"]["refund_cents"]}
    wanted = "duplicate_id" if task_id == "duplicate_charge" else "charge_id"
    assert refund.target == scope["order"][wanted]
    solved = [e for e in effects if e.effect == "ticket_update"]
    assert [e.key_args["status"] for e in solved] == ["solved"]
    approvals = [e for e in trace.events if e["type"] == "approval"]
    assert len(approvals) == (1 if task_id == "refund_over_limit" else 0)


async def _follow(plan: Any, scope: dict[str, Any], box: Any) -> None:
    known = dict(scope)
    for step in plan.steps:
        if isinstance(step, ToolStep):
            for _ in range(step.polls_max):
                known[step.id] = await box.call(step.tool, resolve(dict(step.args), known))
                wanted = dict(step.until or {})
                if all(known[step.id][name] == value for name, value in wanted.items()):
                    break
                await box.call("wait", {"seconds": step.every_s})
            else:
                raise AssertionError(f"{step.id} never became {step.until}")
        else:
            assert isinstance(step, (AskStep, SayStep))
            resolve(step.text, known)
