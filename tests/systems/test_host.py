from __future__ import annotations

import asyncio
from collections.abc import Iterator
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import pytest

from sandbox.errors import InvalidArguments, NotFound, PermissionDenied, UsageError
from sandbox.sim.points import Call, Forward, Points
from sandbox.sim.seeds import Seeds
from sandbox.systems.host import Host
from sandbox.systems.operation import Latency
from sandbox.systems.system import Principal

if TYPE_CHECKING:
    from tests.systems.conftest import Office

TELLER = Principal("teller", frozenset({"bank:*"}))


def test_a_write_is_announced_committed_entered_and_answered(office: Office) -> None:
    async def main() -> None:
        await office.host.call(
            "bank_deposit", {"account_id": "a1", "amount": 5}, principal=TELLER, agent="clerk",
            turn=3, conversation="c1",
        )  # fmt: skip

    office.run(main)
    call, effect, result = office.trace.events
    assert call == {
        "i": 0, "t": 0.0, "type": "tool_call", "call": "call-1", "tool": "bank_deposit",
        "args": {"account_id": "a1", "amount": 5}, "agent": "clerk", "turn": 3,
        "conversation": "c1", "nth": 1, "principal": "teller",
    }  # fmt: skip
    [entered] = office.ledger
    assert effect == {"i": 1, "t": 0.5, "type": "effect", **entered.to_dict()}
    assert (entered.effect, entered.target, entered.key_args) == ("deposit", "a1", {"amount": 5})
    assert (entered.agent, entered.turn, entered.conversation) == ("clerk", 3, "c1")
    assert entered.args == {"account_id": "a1", "amount": 5}
    assert result == {
        "i": 2, "t": 1.0, "type": "tool_result", "call": "call-1", "tool": "bank_deposit",
        "conversation": "c1", "result": {"id": "a1", "owner": "Ada", "balance": 105},
    }  # fmt: skip


def test_an_effects_changeset_takes_the_write_back(office: Office) -> None:
    before = office.store.digest()
    office.call("bank_deposit", account_id="a1", amount=5)
    [effect] = office.ledger
    office.store.undo(effect.changeset)
    assert office.store.digest() == before


def test_a_repeated_write_under_one_key_has_one_effect(office: Office) -> None:
    for _ in range(2):
        office.call("bank_deposit", account_id="a1", amount=5, key="k")
    assert office.balance("a1") == 105
    assert office.types().count("effect") == len(office.ledger) == 1


def test_a_refused_call_is_traced_with_code_status_and_message(office: Office) -> None:
    with pytest.raises(NotFound):
        office.call("bank_get_account", account_id="zz")
    assert office.trace.events[-1] == {
        "i": 1, "t": 1.0, "type": "tool_error", "call": "call-1", "tool": "bank_get_account",
        "conversation": "", "error": "not_found", "status": 404, "message": "no account zz",
    }  # fmt: skip


def test_permission_comes_before_validation_and_neither_takes_time(office: Office) -> None:
    nobody = Principal("nobody", frozenset())
    with pytest.raises(PermissionDenied):
        office.call("bank_deposit", principal=nobody, wrong="args")
    with pytest.raises(InvalidArguments):
        office.call("bank_deposit", wrong="args")
    assert office.clock.now == 0.0


def test_a_tool_that_does_not_exist_is_not_found_with_a_suggestion(office: Office) -> None:
    with pytest.raises(NotFound, match=r"no tool bank_get_acount \(did you mean bank_get_account"):
        office.call("bank_get_acount", account_id="a1")
    assert office.types() == ["tool_call", "tool_error"]


def test_arguments_that_are_no_object_end_in_an_error_like_any_other(office: Office) -> None:
    rubbish: Any = "account a1, please"
    with pytest.raises(InvalidArguments, match="must be an object"):
        office.run(lambda: office.host.call("bank_get_account", rubbish, principal=TELLER))
    assert office.types() == ["tool_call", "tool_error"]


def test_interceptors_stand_outside_permission_and_may_change_the_call(office: Office) -> None:
    async def to_bob(call: Call, forward: Forward) -> Any:
        call.args = {**call.args, "account_id": "b1"}
        return await forward(call)

    office.points.add("tool", to_bob)
    assert office.call("bank_get_account", account_id="a1")["owner"] == "Bob"
    assert office.trace.events[0]["args"] == {"account_id": "a1"}


def test_calls_are_counted_by_conversation_agent_and_tool(office: Office) -> None:
    counted: list[tuple[str, str, str, int]] = []

    async def count(call: Call, forward: Forward) -> Any:
        counted.append((call.conversation, call.agent, call.target, call.nth))
        return await forward(call)

    office.points.add("tool", count)

    async def main() -> None:
        for conversation, agent in [("c1", "x"), ("c1", "y"), ("c2", "x"), ("c1", "x")]:
            await office.host.call(
                "bank_get_account", {"account_id": "a1"}, principal=TELLER, agent=agent,
                conversation=conversation,
            )  # fmt: skip

    office.run(main)
    assert [nth for *_, nth in counted] == [1, 1, 1, 2]
    office.host.forget("c1")
    office.run(main)
    assert [nth for *_, nth in counted[4:]] == [1, 1, 2, 2]


def latencies(office: Office, agents: list[str]) -> list[float]:
    """What each call took, all issued at once, with a latency that varies."""
    object.__setattr__(office.host.operations["bank_get_account"], "latency", Latency(1.0, 5.0))

    async def timed(agent: str) -> float:
        await office.host.call(
            "bank_get_account", {"account_id": "a1"}, principal=TELLER, agent=agent
        )
        return office.clock.now

    async def main() -> list[float]:
        return list(await asyncio.gather(*map(timed, agents)))

    found: list[float] = office.run(main)
    return found


@pytest.fixture
def steady_latency(office: Office) -> Iterator[None]:
    """Operations are shared by all hosts of a process: put back what a test changes."""
    operation = office.host.operations["bank_get_account"]
    kept = operation.latency
    yield
    object.__setattr__(operation, "latency", kept)


@pytest.mark.usefixtures("steady_latency")
def test_one_more_agent_changes_nobody_elses_latency(office: Office) -> None:
    x, y = latencies(office, ["x", "y"])
    assert x != y
    other = type(office)()
    assert latencies(other, ["stranger", "x", "y"])[1:] == [x, y]


def test_the_same_seed_gives_the_same_trace(office: Office) -> None:
    def digest_of(made: Office) -> str:
        made.call("bank_deposit", account_id="a1", amount=5)
        made.call("bank_get_account", account_id="a1")
        return made.trace.digest

    assert digest_of(office) == digest_of(type(office)())


def test_what_an_agent_does_to_arguments_and_results_does_not_reach_the_trace(
    office: Office,
) -> None:
    args = {"account_id": "a1", "amount": 5}

    async def main() -> None:
        result = await office.host.call("bank_deposit", args, principal=TELLER)
        args["amount"] = 999
        result["balance"] = 10**6

    office.run(main)
    assert office.trace.events[0]["args"]["amount"] == 5
    assert office.trace.events[-1]["result"]["balance"] == 105
    assert next(iter(office.ledger)).args["amount"] == 5


class Which(StrEnum):
    """What a framework may hand over in the place of plain text."""

    ADA = "a1"


class Stubborn:
    """Refuses to be copied."""

    def __deepcopy__(self, memo: Any) -> Any:
        raise RuntimeError("no")


def test_arguments_need_not_be_plain_json(office: Office) -> None:
    assert office.call("bank_get_account", account_id=Which.ADA)["owner"] == "Ada"
    with pytest.raises(InvalidArguments):
        office.call("bank_get_account", account_id=Stubborn())
    assert office.trace.events[2]["args"] == {"account_id": "<Stubborn>"}


def test_the_world_acts_at_once_and_without_an_effect(office: Office) -> None:
    async def never(call: Call, forward: Forward) -> Any:
        raise AssertionError("the world's acts pass no injection point")

    office.points.add("tool", never)
    result = office.host.exogenous("bank_deposit", {"account_id": "a1", "amount": 5}, note="salary")
    assert result["balance"] == office.balance("a1") == 105
    assert office.store.value("SELECT made_by FROM bank_deposits") == "world"
    assert (len(office.ledger), office.clock.now) == (0, 0.0)
    [event] = office.trace.events
    assert (event["type"], event["note"], event["tool"]) == ("exogenous", "salary", "bank_deposit")
    assert [change["table"] for change in event["changes"]] == ["bank_accounts", "bank_deposits"]
    assert office.host.exogenous("bank_get_account", {"account_id": "a1"})["balance"] == 105


def test_a_world_that_names_no_operation_is_told_so(office: Office) -> None:
    with pytest.raises(UsageError, match="did you mean bank_deposit"):
        office.host.exogenous("bank_deposits", {})


def test_a_refusal_is_traced_and_suggests_only_what_the_caller_has(office: Office) -> None:
    with pytest.raises(NotFound, match=r"^no tool bank_deposit$"):
        office.run(
            lambda: office.host.refuse("bank_deposit", {}, ["bank_get_account"], principal=TELLER)
        )
    assert office.types() == ["tool_call", "tool_error"]
    assert office.balance("a1") == 100


def test_a_tool_that_was_not_given_is_asked_for_through_the_points(office: Office) -> None:
    seen: list[tuple[str, int]] = []

    async def count(call: Call, forward: Forward) -> Any:
        seen.append((call.target, call.nth))
        return await forward(call)

    office.points.add("tool", count)
    for _ in range(2):
        with pytest.raises(NotFound):
            office.run(lambda: office.host.refuse("bank_rob", {}, [], principal=TELLER))
    assert seen == [("bank_rob", 1), ("bank_rob", 2)]


def test_two_systems_of_one_name_are_refused(office: Office) -> None:
    with pytest.raises(UsageError, match="two systems offer bank_get_account"):
        Host(
            office.store, [office.bank, office.bank], clock=office.clock, seeds=Seeds(1),
            points=Points(), trace=office.trace, ledger=office.ledger,
        )  # fmt: skip
