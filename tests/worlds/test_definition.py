"""world.yaml as a model, and how a world completes the one it extends."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from sandbox.worlds.definition import AgentSpec, DecisionTime, GeneratorSpec, WorldFile, merged

BASE = WorldFile(
    id="base", title="Base", epoch="2026-03-02T08:00:00Z",
    systems=["stripe", "wiki"], generator=GeneratorSpec(type="retail"),
    agent=AgentSpec(
        principal="p", scopes=["stripe:*"], instructions="Be kind.", tools=["stripe_*"]
    ),
)  # fmt: skip


def test_what_a_world_does_not_state_comes_from_its_base() -> None:
    own = WorldFile(id="own", title="Own", systems=["wiki", "zendesk"])
    found = merged(BASE, own)
    assert (found.id, found.title, found.epoch) == ("own", "Own", BASE.epoch)
    assert found.systems == ["stripe", "wiki", "zendesk"]
    assert found.agent == BASE.agent


def test_scopes_and_tools_are_added_and_the_rest_is_replaced() -> None:
    own = WorldFile(
        id="own", title="Own", agent=AgentSpec(scopes=["wiki:*"], tools=["wiki_*", "stripe_*"])
    )
    agent = merged(BASE, own).agent
    assert agent is not None
    assert agent.scopes == ["stripe:*", "wiki:*"]
    assert agent.tools == ["stripe_*", "wiki_*"]
    assert (agent.principal, agent.instructions) == ("p", "Be kind.")


def test_a_base_without_an_agent_takes_the_own_one() -> None:
    own = WorldFile(id="own", title="Own", agent=AgentSpec(principal="q"))
    assert merged(BASE.model_copy(update={"agent": None}), own).agent == own.agent


@pytest.mark.parametrize("epoch", ["2026-03-02", "yesterday", "2026-03-02T08:00:00"])
def test_an_epoch_is_a_whole_utc_time(epoch: str) -> None:
    with pytest.raises(ValidationError):
        WorldFile(id="x", title="X", epoch=epoch)


def test_a_95th_percentile_below_the_median_counts_as_the_median() -> None:
    latency = DecisionTime(median_s=60, p95_s=30).latency()
    assert [latency.draw_s(u) for u in (0.1, 0.9)] == pytest.approx([60, 60])
