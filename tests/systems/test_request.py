from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from sandbox.errors import Conflict, SandboxBug, ToolTimeout
from sandbox.sim.points import Call, Forward
from sandbox.systems.system import Principal

if TYPE_CHECKING:
    from tests.systems.conftest import Office


def test_the_step_happens_half_way(office: Office) -> None:
    seen: list[tuple[float, int]] = []

    async def watch() -> None:
        for _ in range(4):
            await office.clock.sleep(0.3)
            seen.append((round(office.clock.now, 3), office.balance("a1")))

    async def main() -> float:
        watcher = asyncio.create_task(watch())
        await office.acall("bank_deposit", account_id="a1", amount=5)
        answered = office.clock.now
        await watcher
        return answered

    assert office.run(main) == 1.0
    assert seen == [(0.3, 100), (0.6, 105), (0.9, 105), (1.2, 105)]
    assert [effect.t for effect in office.ledger] == [0.5]


def test_a_refused_step_takes_its_way_back_too(office: Office) -> None:
    async def main() -> float:
        with pytest.raises(Conflict):
            await office.acall("bank_deposit", account_id="a1", amount=5000)
        return office.clock.now

    assert office.run(main) == 1.0
    assert len(office.ledger) == 0


@pytest.mark.parametrize("patience_s", [0.2, 0.7])
def test_a_caller_that_gives_up_leaves_its_request_on_the_way(
    office: Office, patience_s: float
) -> None:
    async def main() -> None:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(patience_s):
                await office.acall("bank_deposit", account_id="a1", amount=5)
        assert office.clock.now == patience_s
        assert office.balance("a1") == (100 if patience_s < 0.5 else 105)
        await office.clock.sleep(10)

    office.run(main)
    assert office.balance("a1") == 105
    assert [(effect.t, effect.target) for effect in office.ledger] == [(0.5, "a1")]
    call, effect, result = office.trace.events
    assert (effect["type"], effect["t"]) == ("effect", 0.5)
    assert (result["type"], result["t"], result["unheard"]) == ("tool_result", 1.0, True)
    assert result["call"] == call["call"]


def test_a_conversation_settles_when_its_last_request_is_carried_out(office: Office) -> None:
    async def main() -> None:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.2):
                await office.host.call(
                    "bank_deposit", {"account_id": "a1", "amount": 5},
                    principal=Principal("teller", frozenset({"*"})), conversation="c1",
                )  # fmt: skip
        await office.host.settle("another")
        assert office.balance("a1") == 100, "another conversation waits for nothing"
        await office.host.settle("c1")
        assert office.balance("a1") == 105
        assert office.clock.now == pytest.approx(0.5, abs=1e-5)

    office.run(main)


def test_a_request_that_an_interceptor_delays_arrives_after_its_caller_has_gone(
    office: Office,
) -> None:
    async def delay(call: Call, forward: Forward) -> Any:
        call.options["delay_s"] = 20.0
        return await forward(call)

    office.points.add("tool", delay)

    async def main() -> None:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(5):
                await office.acall("bank_deposit", account_id="a1", amount=5)
        await office.clock.sleep(60)

    office.run(main)
    assert [(effect.t, effect.target) for effect in office.ledger] == [(10.5, "a1")]


def test_wait_for_gives_up_in_the_same_way(office: Office) -> None:
    async def main() -> None:
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(office.acall("bank_deposit", account_id="a1", amount=5), 0.1)
        await office.clock.sleep(10)

    office.run(main)
    assert office.balance("a1") == 105


def test_an_error_that_nobody_waits_for_is_traced_as_unheard(office: Office) -> None:
    async def main() -> None:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.1):
                await office.acall("bank_deposit", account_id="a1", amount=5000)
        await office.clock.sleep(10)

    office.run(main)
    event = office.trace.events[-1]
    assert (event["type"], event["error"], event["unheard"], event["t"]) == (
        "tool_error", "conflict", True, 1.0,
    )  # fmt: skip


def test_a_bug_in_a_request_that_nobody_waits_for_is_not_lost(office: Office) -> None:
    async def main() -> None:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.1):
                await office.acall("bank_crash", account_id="a1")
        await office.clock.sleep(10)

    with pytest.raises(SandboxBug, match="bank_crash"):
        office.run(main)


def test_writes_that_overlap_do_not_lose_one_another(office: Office) -> None:
    async def main() -> None:
        calls = (office.acall("bank_deposit", account_id="a1", amount=1) for _ in range(20))
        await asyncio.gather(*calls)

    office.run(main)
    assert office.balance("a1") == 120
    assert len(office.ledger) == 20


def test_a_discarded_write_answers_as_usual_and_has_no_effect(office: Office) -> None:
    async def discard(call: Call, forward: Forward) -> Any:
        call.options["discard"] = True
        return await forward(call)

    office.points.add("tool", discard)
    assert office.call("bank_deposit", account_id="a1", amount=5)["balance"] == 105
    assert office.balance("a1") == 100
    assert len(office.ledger) == 0
    assert office.types() == ["tool_call", "tool_result"]


def test_a_stale_read_sees_the_beginning_of_the_episode(office: Office) -> None:
    async def stale(call: Call, forward: Forward) -> Any:
        if call.nth == 2:
            call.options["replica"] = "initial"
        return await forward(call)

    office.points.add("tool", stale)
    office.call("bank_deposit", account_id="a1", amount=5)
    balances = [office.call("bank_get_account", account_id="a1")["balance"] for _ in range(3)]
    assert balances == [105, 100, 105]


def test_a_replica_that_does_not_exist_is_a_bug(office: Office) -> None:
    async def wrong(call: Call, forward: Forward) -> Any:
        call.options["replica"] = "yesterday"
        return await forward(call)

    office.points.add("tool", wrong)
    with pytest.raises(SandboxBug, match="replica='yesterday'"):
        office.call("bank_get_account", account_id="a1")


def test_a_fault_after_the_step_leaves_the_effect_and_takes_the_answer(office: Office) -> None:
    async def lose_the_answer(call: Call, forward: Forward) -> Any:
        await forward(call)
        raise ToolTimeout("no answer")

    office.points.add("tool", lose_the_answer)
    with pytest.raises(ToolTimeout):
        office.call("bank_deposit", account_id="a1", amount=5)
    assert office.balance("a1") == 105
    assert office.types() == ["tool_call", "effect", "tool_error"]


def test_a_request_delivered_twice_is_carried_out_twice(office: Office) -> None:
    async def twice(call: Call, forward: Forward) -> Any:
        await forward(call)
        return await forward(call)

    office.points.add("tool", twice)
    office.call("bank_deposit", account_id="a1", amount=5)
    assert office.balance("a1") == 110
    assert [(e.id, e.call_id) for e in office.ledger] == [
        ("effect-1", "call-1"), ("effect-2", "call-1"),
    ]  # fmt: skip
