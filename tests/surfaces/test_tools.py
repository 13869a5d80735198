from __future__ import annotations

from dataclasses import replace
from typing import Any, ClassVar

import pytest

from sandbox.errors import InvalidArguments, NotFound, UsageError
from sandbox.sim.kernel import Kernel
from sandbox.sim.points import Points
from sandbox.sim.seeds import Seeds
from sandbox.sim.trace import Trace
from sandbox.surfaces.tools import Toolbox, ToolDescription, toolbox
from sandbox.systems.effects import Ledger
from sandbox.systems.host import Host
from sandbox.systems.operation import Poll, read, write
from sandbox.systems.store import Store
from sandbox.systems.system import Principal, System


class Lamp(System):
    """A lamp."""

    name: ClassVar[str] = "lamp"
    ddl: ClassVar[str] = "CREATE TABLE lamp_state (id INTEGER PRIMARY KEY, on_ INTEGER NOT NULL)"

    @read("lamp:read", poll=Poll(interval_s_min=1, polls_max=9))
    def state(self) -> bool:
        """Whether it is on."""
        return bool(self.db.value("SELECT on_ FROM lamp_state"))

    @write("lamp:write", effect="switch", target="room", key_args=("on",), idempotency_arg="key")
    def switch(self, room: str, on: bool, key: str | None = None) -> bool:
        """Switch it."""
        self.db.update("lamp_state", {"id": 1}, {"on_": int(on)})
        return on


class Room:
    """A host with a lamp, and boxes of tools made for it."""

    def __init__(self) -> None:
        store = Store.create([Lamp.ddl])
        store.insert("lamp_state", {"id": 1, "on_": 0})
        self.seeds = Seeds(1)
        self.kernel = Kernel(self.seeds)
        self.trace = Trace(lambda: self.kernel.clock.now)
        self.ledger = Ledger()
        self.turn = 0
        self.host = Host(
            store, [Lamp(store, self.kernel.clock, self.seeds)], clock=self.kernel.clock,
            seeds=self.seeds, points=Points(), trace=self.trace, ledger=self.ledger,
        )  # fmt: skip

    def box(self, *names: str, **options: Any) -> Toolbox:
        """Tools for the agent `helper`."""
        return toolbox(
            self.host, names or ["lamp_*"], principal=Principal("helper", frozenset({"*"})),
            agent="helper", conversation="c1", turn=lambda: self.turn, **options,
        )  # fmt: skip


@pytest.fixture
def room() -> Room:
    return Room()


def test_a_tool_says_what_its_operation_says(room: Room) -> None:
    switch = room.box()["lamp_switch"]
    assert (switch.name, switch.description) == ("lamp_switch", "Switch it.")
    assert (switch.kind, switch.effect, switch.idempotency_arg) == ("write", "switch", "key")
    assert list(switch.args_schema["properties"]) == ["room", "on", "key"]
    state = room.box()["lamp_state"]
    assert (state.kind, state.poll, state.result_schema) == (
        "read",
        Poll(1, 9),
        {"type": "boolean"},
    )


def test_a_call_carries_who_asks_and_in_which_turn(room: Room) -> None:
    box = room.box()
    room.turn = 4
    assert room.kernel.run(box["lamp_switch"](room="kitchen", on=True)) is True
    room.turn = 5
    assert room.kernel.run(box["lamp_state"].call({})) is True
    first, second = (event for event in room.trace.events if event["type"] == "tool_call")
    assert (first["agent"], first["principal"], first["conversation"], first["turn"]) == (
        "helper", "helper", "c1", 4,
    )  # fmt: skip
    assert second["turn"] == 5
    assert [effect.turn for effect in room.ledger] == [4]


def test_the_box_keeps_the_order_asked_for_and_each_tool_once(room: Room) -> None:
    assert list(room.box()) == ["lamp_state", "lamp_switch"]
    assert list(room.box("lamp_switch", "lamp_*")) == ["lamp_switch", "lamp_state"]
    assert len(room.box("lamp_s*", "*_state")) == 2


def test_the_sandboxs_own_wait_comes_last_and_only_if_asked_for(room: Room) -> None:
    box = room.box(wait=True)
    assert list(box) == ["lamp_state", "lamp_switch", "wait"]
    assert room.kernel.run(box.call("wait", {"seconds": 5})) == {"waited_s": 5}
    assert "wait" not in room.box()


def test_a_pattern_that_matches_nothing_is_a_mistake(room: Room) -> None:
    with pytest.raises(UsageError, match=r"no tool matches 'lamp_stat' \(did you mean lamp_state"):
        room.box("lamp_stat")


def test_a_tool_outside_the_box_is_not_found_although_the_host_has_it(room: Room) -> None:
    box = room.box("lamp_state")
    with pytest.raises(NotFound) as caught:
        room.kernel.run(box.call("lamp_switch", {"room": "kitchen", "on": True}))
    assert caught.value.message == "no tool lamp_switch (did you mean lamp_state?)"
    assert [event["type"] for event in room.trace.events] == ["tool_call", "tool_error"]
    assert len(room.ledger) == 0


def test_a_misspelt_tool_is_answered_with_a_near_one(room: Room) -> None:
    with pytest.raises(NotFound, match=r"did you mean lamp_state\?"):
        room.kernel.run(room.box().call("lamp_states", {}))


def test_a_box_calls_the_tools_it_holds_by_name(room: Room) -> None:
    assert room.kernel.run(room.box().call("lamp_state", {})) is False


@pytest.mark.parametrize("name", [None, 3, b"lamp_state", ["lamp_state"]])
def test_what_is_no_name_calls_nothing(room: Room, name: Any) -> None:
    with pytest.raises(TypeError, match=f"by its name, not by {type(name).__name__}"):
        room.kernel.run(room.box().call(name, {}))
    assert room.trace.events == []


def test_an_altered_description_is_told_and_the_operation_stays(room: Room) -> None:
    def drift(told: ToolDescription) -> ToolDescription:
        return replace(told, name=told.name.replace("lamp", "light"), description="Changed.")

    box = room.box(describe=drift)
    assert list(box) == ["light_state", "light_switch"]
    assert box["light_state"].description == "Changed."
    assert room.kernel.run(box.call("light_state", {})) is False
    assert room.trace.events[0]["tool"] == "lamp_state"
    assert room.host.operations["lamp_state"].description == "Whether it is on."


def test_errors_of_the_host_reach_the_agent(room: Room) -> None:
    with pytest.raises(InvalidArguments, match="room: required"):
        room.kernel.run(room.box()["lamp_switch"](on=True))


def test_synchronous_code_calls_through_the_bridge_it_was_given(room: Room) -> None:
    def bridge(function: Any, *args: Any) -> Any:
        return room.kernel.run(function(*args))

    box = room.box(call_sync=bridge)
    assert box["lamp_switch"].call_sync({"room": "kitchen", "on": True}) is True
    assert box.call_sync("lamp_state", {}) is True
    with pytest.raises(NotFound):
        box.call_sync("lamp_explode", {})


def test_without_a_bridge_synchronous_code_is_told_what_to_do(room: Room) -> None:
    with pytest.raises(UsageError, match=r"await tool\.call"):
        room.box()["lamp_state"].call_sync({})
    with pytest.raises(UsageError, match=r"await toolbox\.call"):
        room.box().call_sync("lamp_state", {})
