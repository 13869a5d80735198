import io
import sys

import pytest
from rich.console import Console

from sandbox.agents.known import KNOWN, KnownAgent
from sandbox.cli.describing import (
    FAULT_KINDS,
    describe_agent,
    describe_fault_kind,
    describe_tool,
    describe_wait,
    describe_world,
)
from sandbox.content.places import Places
from sandbox.worlds.world import World


@pytest.fixture(scope="module")
def world() -> World:
    return World.load("retail_support", places=Places())


@pytest.fixture
def console() -> Console:
    return Console(file=io.StringIO(), width=80, color_system=None)


def told(console: Console) -> str:
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_a_world_is_told_with_its_tools_tasks_and_policies(world: World, console: Console) -> None:
    describe_world(world, console)
    out = told(console)
    assert out.startswith("retail_support: Customer support of an online shop\n")
    assert " stripe_create_refund " in out
    assert "  refund_in_policy " in out
    assert "  no-payouts " in out


def test_a_tool_is_told_as_an_agent_sees_it(world: World, console: Console) -> None:
    describe_tool(world.operations["stripe_create_refund"], console)
    out = told(console)
    assert out.startswith(
        "stripe_create_refund: write, effect refund\nscope: stripe:refunds:write\n"
    )
    assert '"description": "Charge id: ch_..."' in out
    assert "\nresult\n{" in out


def test_the_tool_of_the_sandbox_itself_is_told_too(console: Console) -> None:
    describe_wait(console)
    assert '"seconds"' in told(console)


def test_an_agent_is_told_without_importing_it(console: Console) -> None:
    before = set(sys.modules)
    describe_agent("naive", KNOWN["naive"], console)
    out = told(console)
    assert 'in an experiment: {name: naive, path: "sandbox.agents.reference.naive:build"}\n' in out
    assert "A ReAct graph" in out
    assert not [name for name in set(sys.modules) - before if name.startswith("lang")]


def test_an_agent_of_a_package_that_is_not_installed_is_told_as_far_as_known(
    console: Console,
) -> None:
    describe_agent("gone", KnownAgent("gone_since:build", "Gone"), console)
    assert told(console) == 'gone: Gone\nin an experiment: {name: gone, path: "gone_since:build"}\n'


@pytest.mark.parametrize("name", FAULT_KINDS)
def test_every_kind_of_fault_says_what_it_does_and_what_its_fields_are(
    name: str, console: Console
) -> None:
    describe_fault_kind(name, console)
    out = told(console)
    assert out.startswith(f"{name}: a kind of fault\n\n")
    assert len(out.splitlines()[2].split()) > 3, "a sentence, not a word"
    assert '"probability"' in out


def test_the_kinds_are_known_by_the_names_that_plans_use() -> None:
    assert {"timeout_after_commit", "planted_injection", "schema_drift"} < set(FAULT_KINDS)
