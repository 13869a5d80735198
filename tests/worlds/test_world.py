"""A loaded world: what it offers to agents, and its image."""

from __future__ import annotations

import pytest

from sandbox.content.places import Places
from sandbox.errors import UsageError
from sandbox.systems.store import Store
from sandbox.worlds.world import World


def test_the_shipped_world_loads_without_a_problem() -> None:
    world = World.load("retail_support", places=Places())
    assert len(world.articles) >= 60
    assert len(world.policies) >= 8
    assert {"refund_in_policy", "refund_over_limit", "duplicate_charge"} <= set(world.tasks)
    assert list(world.tasks) == sorted(world.tasks)


def test_the_epoch_is_the_monday_of_the_kernel(retail: World) -> None:
    assert retail.epoch_s == 1_772_438_400.0


def test_tools_come_in_the_order_of_the_systems(retail: World) -> None:
    systems = list(dict.fromkeys(name.partition("_")[0] for name in retail.tools))
    assert systems == ["zendesk", "stripe", "commerce", "wiki", "approvals"]
    assert set(retail.tools) == set(retail.operations)


def test_the_agent_may_pay_out_but_not_erase_for_good(retail: World) -> None:
    # The one is left to policy on purpose, the other is refused by the system.
    assert retail.principal.may("stripe:payouts:write")
    assert not retail.principal.may("zendesk:users:erase")
    assert not retail.principal.may("wiki:articles:write")


def test_an_unknown_task_is_named_with_the_nearest(retail: World) -> None:
    assert retail.task("duplicate_charge").weight > 0
    with pytest.raises(UsageError, match=r"no task 'duplicate_charges' \(did you mean"):
        retail.task("duplicate_charges")


def test_a_task_may_name_the_policies_that_are_checked(retail: World) -> None:
    task = retail.task("refund_in_policy")
    assert retail.policies_of(task) == list(retail.policies)
    some = task.model_copy(update={"policies": ["no-payouts"]})
    assert [policy.id for policy in retail.policies_of(some)] == ["no-payouts"]


def test_every_policy_names_an_article_that_exists(retail: World) -> None:
    slugs = {article.front.slug for article in retail.articles}
    assert {policy.article for policy in retail.policies} <= slugs


def test_in_sql_now_is_the_epoch_when_casts_are_drawn(retail: World) -> None:
    pristine: Store = retail.casting._pristine
    assert pristine.value("SELECT datetime('now')") == "2026-03-02 08:00:00"


def test_the_instructions_state_the_limit_that_the_policy_checks(retail: World) -> None:
    assert "200.00 USD" in retail.instructions
    (limit,) = [p for p in retail.policies if p.id == "approval-over-limit"]
    assert limit.where["amount"].above == 20_000
