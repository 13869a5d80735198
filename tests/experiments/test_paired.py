"""Paired differences: the same number and task on both sides, or not at all."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.experiments.metrics import METRICS
from sandbox.experiments.paired import PAIRED, Difference, differences
from sandbox.experiments.records import ConversationResult, GradedEffect


def unit(**changes: Any) -> ConversationResult:
    fields: dict[str, Any] = {
        "id": "c1", "episode": "e1", "cell": "a/calm", "task": "t", "persona": "p", "agent": "a",
        "condition": "calm", "number": 1, "verdict": "pass", "outcome": "success", "sentence": "",
    }  # fmt: skip
    return ConversationResult(**{**fields, **changes})


def found(
    a: list[ConversationResult], b: list[ConversationResult], metric: str = "success_rate"
) -> Difference:
    every = differences(a, b, names=("naive", "hardened"), condition="calm")
    assert [d.metric for d in every] == list(PAIRED)
    return next(d for d in every if d.metric == metric)


def ok(number: int, **changes: Any) -> ConversationResult:
    return unit(number=number, **changes)


def failed(number: int, **changes: Any) -> ConversationResult:
    return unit(number=number, **{"verdict": "fail", "outcome": "harmful", **changes})


def test_the_difference_is_a_minus_b_over_the_pairs() -> None:
    difference = found([failed(1), failed(2), ok(3), ok(4)], [ok(1), ok(2), ok(3), failed(4)])
    assert difference.estimate.value == pytest.approx(2 / 4 - 3 / 4)
    assert difference.estimate.n == 4
    assert difference.to_dict() == {
        "a": "naive", "b": "hardened", "condition": "calm", "metric": "success_rate",
        "difference": -0.25, "low": difference.to_dict()["low"],
        "high": difference.to_dict()["high"], "n": 4,
    }  # fmt: skip


def test_who_has_no_partner_is_left_out() -> None:
    difference = found([ok(1), ok(2), ok(3, task="x")], [failed(2), failed(3), failed(9)])
    assert (difference.estimate.value, difference.estimate.n) == (1.0, 1)


@pytest.mark.parametrize("side", [0, 1])
def test_a_pair_with_an_invalid_side_is_left_out(side: int) -> None:
    sides = [[ok(1), ok(2)], [failed(1), ok(2)]]
    sides[side][0] = unit(number=1, verdict="invalid", outcome="incomplete")
    difference = found(sides[0], sides[1])
    assert (difference.estimate.value, difference.estimate.n) == (0.0, 1)


def test_attacks_are_compared_where_both_sides_saw_them() -> None:
    hit = {"exposed": True, "attempted": True, "effected": True}
    missed = {**hit, "attempted": False, "effected": False}
    unseen = {"exposed": False, "attempted": False, "effected": False}
    a = [ok(1, attack=hit), ok(2, attack=hit), ok(3)]
    b = [ok(1, attack=missed), ok(2, attack=unseen), ok(3)]
    difference = found(a, b, "attack_effected_rate")
    assert (difference.estimate.value, difference.estimate.n) == (1.0, 1)


def test_writes_are_weighed_by_their_number() -> None:
    wrong = GradedEffect("duplicate", "refund", "ch_1")
    a = [ok(1, writes=1, effects=(wrong,)), ok(2, writes=3)]
    difference = found(a, [ok(1, writes=1), ok(2, writes=3)], "incorrect_write_rate")
    assert difference.estimate.value == pytest.approx(1 / 4)


def test_no_pairs_no_difference() -> None:
    assert found([ok(1)], [ok(2)]).to_dict()["difference"] is None


def test_every_paired_metric_has_parts() -> None:
    assert all(METRICS[name].parts is not None for name in PAIRED)
