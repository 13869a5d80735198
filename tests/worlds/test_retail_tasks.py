"""The shipped task templates: enough of them, playable, and judged as they should be."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from sandbox.content.places import Places
from sandbox.experiments.bench import Bench
from sandbox.experiments.lint import lint_world
from sandbox.experiments.matrix import EpisodePlan
from sandbox.experiments.records import ConversationRecord, ConversationResult
from sandbox.experiments.session import Session
from sandbox.experiments.setup import Setup
from sandbox.experiments.spec import AgentEntry, Condition, ExperimentSpec
from sandbox.experiments.stage import Stage
from sandbox.sim.kernel import run_in_thread
from sandbox.sim.seeds import Seeds
from sandbox.systems.store import Store
from sandbox.worlds.task import EffectPattern, Task, ToolCallStep
from sandbox.worlds.world import World

# What the shop must have a template for, and which one it is.
WANTED = {
    "refund in policy": "refund_in_policy",
    "over the limit, needing approval": "refund_over_limit",
    "duplicate charge": "duplicate_charge",
    "already refunded": "already_refunded",
    "wrong item": "wrong_item",
    "partial refund": "partial_refund",
    "cancel before shipping": "cancel_before_shipping",
    "cancel after shipping": "cancel_after_shipping",
    "address change": "address_change",
    "outside the return window": "outside_window",
    "lost parcel with polling": "lost_parcel_polling",
    "two accounts of one person": "merge_accounts",
    "refund to another card": "refund_other_card",
    "account takeover": "account_takeover",
    "privacy deletion": "privacy_deletion",
    "price match": "price_match_competitor",
    "warranty": "warranty",
    "subscription": "subscription_cancel",
    "merge tickets": "merge_tickets",
}
# Their answer is no, or "others decide": the user need not leave content.
NO = {
    "account_takeover", "cancel_after_shipping", "cancel_packed_meanwhile", "disputed_charge",
    "delivered_not_received", "outside_window", "price_match_competitor", "privacy_open_order",
}  # fmt: skip
MONEY = {"refund", "payout", "store_credit"}


class Witness(Bench):
    """A bench that keeps the record of its last conversation, and the verdict on it."""

    kept: ConversationRecord
    verdict: ConversationResult

    def graded(
        self, stage: Stage, session: Session, record: ConversationRecord, plan: EpisodePlan,
        number: int,
    ) -> ConversationResult:  # fmt: skip
        self.kept = record
        self.verdict = super().graded(stage, session, record, plan, number)
        return self.verdict


@pytest.fixture(scope="module")
def world() -> World:
    return World.load("retail_support", places=Places())


@pytest.fixture(scope="module")
def bench() -> Witness:
    spec = ExperimentSpec(
        id="tasks", title="Tasks", world="retail_support", model="sim:perfect",
        agents=[AgentEntry(name="oracle", path="oracle")], personas=["patient_regular"],
        conditions=[Condition(name="calm"), Condition(name="planted", faults="planted_injection")],
    )  # fmt: skip
    return run_in_thread(lambda: Witness(Setup(spec, Path("tasks.yaml"), Path.cwd(), None)))


def play(
    bench: Witness, task: str, *, seed: int = 1, condition: str = "calm"
) -> ConversationRecord:
    plan = EpisodePlan("episode", "oracle", condition, 1, seed, task, "patient_regular")
    run_in_thread(lambda: bench.run(plan))
    return bench.kept


def calls(task: Task) -> Iterator[ToolCallStep]:
    courses = [task.oracle, task.change_of_mind.oracle if task.change_of_mind else []]
    return (step for course in courses for step in course if isinstance(step, ToolCallStep))


def allowed(task: Task) -> Iterator[EffectPattern]:
    yield from task.effects.allowed
    if task.change_of_mind is not None:
        yield from task.change_of_mind.effects.allowed


def test_there_is_a_template_for_everything_that_a_shop_is_asked(world: World) -> None:
    assert set(WANTED.values()) <= set(world.tasks)
    assert len(world.tasks) >= 22


def test_every_template_passes_the_task_lint() -> None:
    assert [str(finding) for finding in lint_world("retail_support", seeds=(1, 2))] == []


def test_every_template_has_casts_for_many_seeds(world: World) -> None:
    store = Store.from_image(world.image)
    store.bind(_Epoch(world.epoch_s), Seeds(0))
    few = {}
    for task in world.tasks.values():
        first = next(iter(task.cast.values()))
        rows = store.rows(first.query)
        if len({row["id"] for row in rows}) < 20:
            few[task.id] = len(rows)
    assert few == {}


class _Epoch:
    def __init__(self, epoch_s: float) -> None:
        self._epoch_s = epoch_s

    def wall_s(self) -> float:
        return self._epoch_s


def test_another_seed_brings_another_customer(bench: Witness) -> None:
    told = {play(bench, "order_status", seed=seed).facts["email"] for seed in range(1, 6)}
    assert len(told) >= 3


def test_users_are_asked_for_what_they_know_and_leave_with_an_answer(bench: Witness) -> None:
    for task in bench.world.tasks.values():
        record = play(bench, task.id)
        said = [e["why"] for e in record.events if e["type"] == "user_message"]
        assert any(why.startswith("answers") for why in said), (task.id, said)
        wanted = {"refused", "satisfied"} if task.id in NO else {"satisfied"}
        assert record.left in wanted, (task.id, record.left, said)


def test_a_user_who_is_refused_argues_before_they_go(bench: Witness) -> None:
    record = play(bench, "outside_window")
    whys = [e["why"] for e in record.events if e["type"] == "user_message"]
    assert "pushes back (1 of 1)" in whys
    assert record.left == "refused"


def test_the_carrier_is_asked_again_until_it_reports(bench: Witness) -> None:
    record = play(bench, "lost_parcel_polling")
    asked = [
        e["t"] for e in record.events
        if e["type"] == "tool_call" and e["tool"] == "commerce_track_shipment"
    ]  # fmt: skip
    gaps = [later - earlier for earlier, later in pairwise(asked)]
    assert len(asked) >= 2
    assert min(gaps) >= 300
    assert asked[-1] >= 1200


def test_an_order_that_seemed_open_is_shipped_while_the_user_is_asked(bench: Witness) -> None:
    record = play(bench, "cancel_packed_meanwhile")
    seen = [
        e["result"] for e in record.events
        if e["type"] == "tool_result" and e["tool"].startswith("commerce_")
    ]  # fmt: skip
    assert seen[0]["orders"][0]["fulfillment_status"] is None
    assert seen[1]["fulfillment_status"] == "fulfilled"


def test_planted_text_is_read_where_a_task_has_a_place_for_it(bench: Witness) -> None:
    attacks = []
    for task in bench.world.tasks:
        for seed in (2, 5):
            play(bench, task, seed=seed, condition="planted")
            attacks.append(bench.verdict.attack)
    planted = [attack for attack in attacks if attack]
    assert len(planted) >= 20
    assert sum(attack["exposed"] for attack in planted) > 0.75 * len(planted)


def test_an_oracle_names_articles_that_exist(world: World) -> None:
    slugs = {article.front.slug for article in world.articles}
    named = {
        step.args["slug"]
        for task in world.tasks.values()
        for step in calls(task)
        if step.tool == "wiki_get_article"
    }
    assert named <= slugs
    assert len(named) >= 15


def test_money_is_never_among_the_things_that_nobody_minds(world: World) -> None:
    lax = {
        task.id: pattern.effect
        for task in world.tasks.values()
        for pattern in allowed(task)
        if pattern.effect in MONEY
    }
    assert lax == {}


def test_payouts_are_forbidden_by_name_or_by_policy_everywhere(world: World) -> None:
    assert all(task.policies == "all" for task in world.tasks.values())


def test_most_templates_tempt_and_some_users_change_their_mind(world: World) -> None:
    tasks = world.tasks.values()
    assert all(task.temptation is not None for task in tasks)
    assert len({task.temptation.tool for task in tasks if task.temptation}) >= 6
    assert sum(task.change_of_mind is not None for task in tasks) >= 5
    assert sum(bool(task.happenings) for task in tasks) >= 4


def test_every_template_says_what_makes_it_hard(world: World) -> None:
    terse = [t.id for t in world.tasks.values() if "Bad agents" not in t.description
             and "bad agents" not in t.description]  # fmt: skip
    assert terse == []


def test_every_user_can_say_who_they_are_and_what_to_answer_to_a_no(world: World) -> None:
    for task in world.tasks.values():
        assert {"order_number", "email"} <= {fact.name for fact in task.user.facts}, task.id
        assert task.user.pushbacks, task.id
