"""Faults together: their order, their chance, their marks; and those that never fired."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sandbox.errors import NotFound, RateLimited, ToolError, ToolTimeout, ToolUnavailable
from sandbox.faults.changes import Renamed, UnitChanged
from sandbox.faults.fault import Fault, Window
from sandbox.faults.kinds import (
    EmptyResult,
    Latency,
    RateLimit,
    SchemaDrift,
    ServerError,
    SilentNoOp,
    StaleRead,
    TimeoutAfterCommit,
    TimeoutBeforeCommit,
    TruncatedResult,
)

if TYPE_CHECKING:
    from tests.faults.conftest import OpenShop, Shop

TOOLS = ("*", "stripe_*", "stripe_create_refund", "stripe_list_charges", "commerce_*", "zendesk_*")
KINDS = (
    EmptyResult, Latency, RateLimit, ServerError, SilentNoOp, StaleRead, TimeoutAfterCommit,
    TimeoutBeforeCommit, TruncatedResult,
)  # fmt: skip


async def work(shop: Shop) -> list[Any]:
    """A little support work that tries each step twice; what it heard."""
    heard: list[Any] = []
    charges = [*shop.toolbox("*")]  # reads what it is told of
    heard.append(len(charges))
    for tool, args in (
        ("commerce_search_orders", {"name": "#1001"}),
        ("stripe_list_charges", {"customer": "cus_ada"}),
        ("stripe_create_refund", {"charge": "ch_1", "amount": 1000}),
        ("stripe_get_charge", {"charge": "ch_1"}),
        ("zendesk_add_comment", {"ticket_id": 1, "body": "Refunded."}),
        ("commerce_get_order", {"order_id": 9001}),
    ):
        for _ in range(2):
            with suppress(ToolError):
                heard.append(await shop.acall(tool, **args))
                break
    return heard


def run(open_shop: OpenShop, faults: Sequence[Fault]) -> Shop:
    shop = open_shop(*faults)
    shop.run(lambda: work(shop))
    return shop


@st.composite
def plans(draw: st.DrawFn) -> list[Fault]:
    found: list[Fault] = []
    for n in range(draw(st.integers(1, 5))):
        trigger: dict[str, Any] = {
            "id": f"f{n}",
            "tool": draw(st.sampled_from(TOOLS)),
            "probability": draw(st.sampled_from([0.0, 0.3, 1.0])),
        }
        match draw(st.integers(0, 3)):
            case 1:
                trigger["nth"] = draw(st.integers(1, 3))
            case 2:
                trigger["from_nth"] = draw(st.integers(1, 3))
            case 3:
                trigger["window"] = Window(from_s=draw(st.sampled_from([0.0, 2.0, 40.0, 500.0])))
        kind = draw(st.sampled_from([*KINDS, SchemaDrift]))
        if kind is SchemaDrift:
            field = draw(st.sampled_from(["amount", "total_price", "nowhere"]))
            trigger["changes"] = [
                Renamed(field=field, to="renamed"), UnitChanged(field="renamed", factor=0.01),
            ]  # fmt: skip
            trigger["advertised"] = draw(st.booleans())
        found.append(kind(**trigger))
    return found


@given(plan=plans())
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_removing_a_fault_that_never_fired_leaves_every_event_and_callback_as_it_was(
    open_shop: OpenShop, plan: list[Fault]
) -> None:
    with_all = run(open_shop, plan)
    fired = {name for name, _ in with_all.fired()}
    without = run(open_shop, [f for f in plan if f.name in fired])
    assert without.trace.digest == with_all.trace.digest
    assert without.kernel.schedule_digest == with_all.kernel.schedule_digest


def test_a_fault_that_fired_is_missed_when_it_is_gone(open_shop: OpenShop) -> None:
    fault = Latency(tool="stripe_get_charge", extra_s=1)
    with_it, without = run(open_shop, [fault]), run(open_shop, [])
    assert with_it.trace.digest != without.trace.digest
    assert with_it.kernel.schedule_digest != without.kernel.schedule_digest


def test_one_more_fault_reshuffles_no_other(open_shop: OpenShop) -> None:
    flaky = ServerError(id="flaky", tool="stripe_get_charge", probability=0.5)
    noise = Latency(id="noise", tool="*", probability=0.5, extra_s=300)

    def hits(*faults: Fault) -> list[int]:
        shop = open_shop(*faults)
        hit = []
        for n in range(30):
            with suppress(ToolUnavailable):
                shop.call("stripe_get_charge", charge="ch_1")
                continue
            hit.append(n)
        return hit

    alone = hits(flaky)
    assert 5 < len(alone) < 25
    assert hits(noise, flaky) == hits(flaky, noise) == alone


def test_calls_of_another_member_reshuffle_nothing(open_shop: OpenShop) -> None:
    flaky = ServerError(tool="stripe_get_charge", probability=0.5)

    def hits(members: Sequence[str]) -> list[int]:
        shop = open_shop(flaky)
        hit: list[int] = []
        for n in range(20):
            for member in members:
                try:
                    shop.kernel.run(shop.acall("stripe_get_charge", agent=member, charge="ch_1"))
                except ToolUnavailable:
                    hit += [n] * (member == "refunder")
        return hit

    assert hits(["refunder"]) == hits(["triage", "refunder", "auditor"])


def test_the_first_fault_of_a_plan_stands_outermost(open_shop: OpenShop) -> None:
    limit, lost = RateLimit(tool="stripe_*"), TimeoutAfterCommit(tool="stripe_*")
    shop = open_shop(limit, lost)
    with pytest.raises(RateLimited):
        shop.refund()
    assert shop.fired() == [("rate_limit:stripe_*", True)], "the inner one never saw the call"
    assert shop.refunds() == []

    shop = open_shop(lost, limit)
    with pytest.raises(ToolTimeout):
        shop.refund()
    assert shop.fired() == [
        ("rate_limit:stripe_*", True), ("timeout_after_commit:stripe_*", True),
    ]  # fmt: skip
    assert shop.refunds() == []


def test_what_an_inner_fault_alters_the_outer_one_sees(open_shop: OpenShop) -> None:
    renamed = SchemaDrift(
        id="renamed", tool="stripe_*", changes=[Renamed(field="amount", to="sum")]
    )
    dollars = SchemaDrift(
        id="unit", tool="stripe_*", changes=[UnitChanged(field="sum", factor=0.01)]
    )
    shop = open_shop(dollars, renamed)
    assert shop.call("stripe_get_charge", charge="ch_1")["sum"] == 49.99
    assert shop.fired() == [("renamed", True), ("unit", True)]
    shop = open_shop(renamed, dollars)
    assert shop.call("stripe_get_charge", charge="ch_1")["sum"] == 4999
    assert shop.fired() == [("renamed", True)]


def test_the_trace_names_fault_kind_call_and_conversation(open_shop: OpenShop) -> None:
    shop = open_shop(ServerError(id="down", tool="stripe_*"))
    with pytest.raises(ToolUnavailable):
        shop.refund()
    announced, fired, failed = shop.trace.events
    assert fired == {
        "i": 1, "t": 0.05, "type": "fault_fired", "conversation": "c1", "fault": "down",
        "kind": "server_error", "changed": True, "call": announced["call"],
        "tool": "stripe_create_refund",
    }  # fmt: skip
    assert failed["type"] == "tool_error"


def test_a_pattern_over_reads_and_writes_acts_where_the_kind_makes_sense(
    open_shop: OpenShop,
) -> None:
    shop = open_shop(SilentNoOp(id="w", tool="stripe_*"), StaleRead(id="r", tool="stripe_*"))
    shop.refund(1000)
    shop.call("stripe_get_charge", charge="ch_1")
    assert [name for name, _ in shop.fired()] == ["w", "r"]


def test_made_up_tools_and_the_sandboxs_own_wait_meet_no_fault(open_shop: OpenShop) -> None:
    shop = open_shop(RateLimit(tool="*"), Latency(tool="*"))
    assert shop.call("wait", seconds=60) == {"waited_s": 60.0}
    with pytest.raises(NotFound):
        shop.call("stripe_refund_everything")
    assert shop.fired() == []
    assert shop.clock.now == 60.0


def test_nth_counts_within_a_conversation(open_shop: OpenShop) -> None:
    shop = open_shop(ServerError(tool="stripe_get_charge", nth=2))

    async def main() -> list[str]:
        heard = []
        for conversation in ("c1", "c2", "c1", "c1"):
            try:
                await shop.host.call(
                    "stripe_get_charge", {"charge": "ch_1"}, principal=shop.principal,
                    conversation=conversation,
                )  # fmt: skip
                heard.append("ok")
            except ToolUnavailable:
                heard.append("down")
        return heard

    assert shop.run(main) == ["ok", "ok", "down", "ok"]


def test_without_faults_nothing_stands_in_the_way(open_shop: OpenShop) -> None:
    shop = open_shop()
    assert shop.call("stripe_get_charge", charge="ch_1")["amount"] == 4999
    assert [e["type"] for e in shop.trace.events] == ["tool_call", "tool_result"]
