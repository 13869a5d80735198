"""Fault plans: the same in YAML and in Python, and every mistake at its line and column."""

from __future__ import annotations

import importlib
import pkgutil
from pathlib import Path
from typing import get_args

import pytest
from pydantic import ValidationError

from sandbox.content.model import load_model
from sandbox.content.places import Places
from sandbox.content.schema import json_schema
from sandbox.errors import ContentError
from sandbox.faults import kinds
from sandbox.faults.changes import Renamed
from sandbox.faults.fault import Fault, Window
from sandbox.faults.kinds import (
    AnyFault,
    PlantedInjection,
    RateLimit,
    SchemaDrift,
    TimeoutAfterCommit,
)
from sandbox.faults.plan import FaultPlan, check_plan, load_plan
from sandbox.systems.approvals import Approvals
from sandbox.systems.commerce import Commerce
from sandbox.systems.operation import Operation, operations_of
from sandbox.systems.stripe import Stripe
from sandbox.systems.wiki import Wiki
from sandbox.systems.zendesk import Zendesk

SYSTEMS = (Zendesk, Stripe, Commerce, Wiki, Approvals)
OPERATIONS: dict[str, Operation] = {o.name: o for s in SYSTEMS for o in operations_of(s)}
SHIPPED = sorted((Path(__file__).parents[2] / "faults").glob("*.yaml"))

PLAN = """\
id: mine
title: Refunds that get no answer
faults:
  - id: lost
    kind: timeout_after_commit
    tool: stripe_create_refund
    nth: 1
    after_s: 12
  - kind: rate_limit
    tool: stripe_*
    window: {from_s: 60, until_s: 120}
    retry_after_s: null
  - kind: schema_drift
    tool: stripe_get_charge
    advertised: true
    changes: [{change: renamed, field: amount, to: total}]
  - kind: planted_injection
    place: ticket
    text: "$canary $demand"
    probability: 0.5
"""


def load(tmp_path: Path, text: str) -> FaultPlan:
    """The plan in *text*, loaded and checked as an experiment does."""
    path = tmp_path / "mine.yaml"
    path.write_text(text)
    plan = load_model(path, FaultPlan)
    check_plan(path, plan, OPERATIONS)
    return plan


def problems(tmp_path: Path, faults: str) -> list[str]:
    """What is wrong with a plan of *faults*, as line:column: words."""
    with pytest.raises(ContentError) as caught:
        load(tmp_path, f"id: mine\nfaults:\n{faults}")
    assert all(Path(p.file).name == "mine.yaml" for p in caught.value.problems)
    return [f"{p.line}:{p.column}: {p.message}" for p in caught.value.problems]


def drift(tool: str, change: str) -> str:
    return f"  - kind: schema_drift\n    tool: {tool}\n    changes:\n      - {{change: {change}}}"


def test_a_plan_is_the_same_in_yaml_and_in_python(tmp_path: Path) -> None:
    assert load(tmp_path, PLAN) == FaultPlan(
        id="mine",
        title="Refunds that get no answer",
        faults=[
            TimeoutAfterCommit(id="lost", tool="stripe_create_refund", nth=1, after_s=12),
            RateLimit(
                tool="stripe_*", window=Window(from_s=60, until_s=120), retry_after_s=None
            ),
            SchemaDrift(
                tool="stripe_get_charge", advertised=True,
                changes=[Renamed(field="amount", to="total")],
            ),
            PlantedInjection(place="ticket", text="$canary $demand", probability=0.5),
        ],
    )  # fmt: skip


def test_a_plan_survives_the_way_through_json(tmp_path: Path) -> None:
    plan = load(tmp_path, PLAN)
    assert FaultPlan.model_validate_json(plan.model_dump_json()) == plan


def test_a_plan_is_found_by_name_in_a_users_own_folder(tmp_path: Path) -> None:
    (tmp_path / "faults").mkdir()
    (tmp_path / "faults" / "mine.yaml").write_text(PLAN)
    assert load_plan("mine", places=Places(tmp_path)).title == "Refunds that get no answer"


@pytest.mark.parametrize("path", SHIPPED, ids=lambda p: p.stem)
def test_every_shipped_plan_fits_the_shipped_systems(path: Path) -> None:
    plan = load_model(path, FaultPlan)
    check_plan(path, plan, OPERATIONS)
    assert plan.id == path.stem
    assert plan.title
    assert all(f.id for f in plan.faults), "a name that reads well in a report"


def test_every_kind_has_a_file_and_is_shipped_in_some_plan() -> None:
    members = set(get_args(get_args(AnyFault)[0]))
    modules = {m.name for m in pkgutil.iter_modules(kinds.__path__)}
    assert {k.model_fields["kind"].default for k in members} == modules
    for module in modules:
        found = vars(importlib.import_module(f"sandbox.faults.kinds.{module}")).values()
        assert any(isinstance(v, type) and issubclass(v, Fault) and v in members for v in found)
    shipped = {f.kind for path in SHIPPED for f in load_model(path, FaultPlan).faults}
    assert shipped == modules


@pytest.mark.parametrize(
    ("faults", "expected"),
    [
        ("  - {kind: timeout_aftr_commit}", ["3:12: "]),
        ("  - kind: latency\n    tool: stripe_create_refnd",
         ["4:11: no tool matches 'stripe_create_refnd' (did you mean 'stripe_create_refund'?)"]),
        ("  - kind: silent_no_op\n    tool: stripe_list_*",
         ["4:11: silent_no_op acts on writes, and 'stripe_list_*' is none"]),
        ("  - kind: stale_read\n    tool: stripe_create_refund",
         ["4:11: stale_read acts on reads, and 'stripe_create_refund' is none"]),
        ("  - kind: latency\n    nth: 1\n    from_nth: 2", ["5:15: nth and from_nth exclude"]),
        ("  - kind: latency\n    probability: 1.5", ["4:18: "]),
        ("  - kind: latency\n    extra_s: 0", ["4:14: "]),
        ("  - kind: latency\n    after_s: 3", ["4:5: unknown key 'after_s'"]),
        ("  - kind: latency\n    window: {from_s: 9, until_s: 3}", ["4:34: the window ends at 3"]),
        ("  - {kind: latency, tool: '*'}\n  - {kind: latency, tool: '*'}",
         ["4:5: two faults are called 'latency:*': give each an `id`"]),
        (drift("commerce_get_order", "removed, field: tagz"),
         ["6:34: no answer of 'commerce_get_order' has 'tagz' (did you mean 'tags'?)"]),
        (drift("stripe_get_charge", "removed, field: ammount"),
         ["6:34: no answer of 'stripe_get_charge' has 'ammount' (did you mean 'amount'?)"]),
        (drift("commerce_track_shipment", "enum_changed, field: status, values: {delivred: DONE}"),
         ["6:66: 'status' is never 'delivred' (did you mean 'delivered'?)"]),
        ("  - kind: planted_injection\n    place: ticket\n    text: $canary\n    nth: 2",
         ["3:5: nth: a planted text acts when it is read"]),
    ],
)  # fmt: skip
def test_a_mistake_is_told_with_its_place(tmp_path: Path, faults: str, expected: list[str]) -> None:
    found = problems(tmp_path, faults)
    assert len(found) == len(expected), found
    for message, start in zip(found, expected, strict=True):
        assert message.startswith(start)


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    faults = "  - {kind: latency, tool: stripe_x}\n  - {kind: latency, tool: zendesk_x}"
    assert [p.split(":")[0] for p in problems(tmp_path, faults)] == ["3", "4"]


def test_an_unknown_kind_names_the_known_ones(tmp_path: Path) -> None:
    [problem] = problems(tmp_path, "  - {kind: timeout_aftr_commit}")
    assert "timeout_after_commit" in problem


def test_a_world_without_a_help_desk_has_no_place_for_a_ticket(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(PLAN)
    stripe_only = {n: o for n, o in OPERATIONS.items() if n.startswith("stripe_")}
    with pytest.raises(ContentError, match="18:12: this world has no zendesk,"):
        check_plan(path, load_model(path, FaultPlan), stripe_only)


def test_maps_may_hold_any_field_but_a_closed_answer_may_not(tmp_path: Path) -> None:
    change = "    changes: [{change: removed, field: order_ref}]"
    load(tmp_path, f"id: m\nfaults:\n  - kind: schema_drift\n    tool: stripe_get_charge\n{change}")
    found = problems(tmp_path, f"  - kind: schema_drift\n    tool: approvals_check\n{change}")
    assert found == ["5:40: no answer of 'approvals_check' has 'order_ref'"]


def test_two_faults_of_one_name_are_refused_in_python_too() -> None:
    with pytest.raises(ValidationError, match="give each an `id`"):
        FaultPlan(id="x", faults=[RateLimit(), RateLimit()])


def test_the_json_schema_knows_every_kind_and_change() -> None:
    schema = json_schema(FaultPlan)
    definitions = schema["$defs"]
    assert {"TimeoutAfterCommit", "PlantedInjection", "UnitChanged", "Window"} <= set(definitions)
    assert (
        definitions["Latency"]["properties"]["extra_s"]["description"] == "Virtual seconds added."
    )
    kinds_known = schema["properties"]["faults"]["items"]["discriminator"]["mapping"]
    assert len(kinds_known) == 11
