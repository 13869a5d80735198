from dataclasses import FrozenInstanceError, replace
from typing import get_args

import pytest

from sandbox.experiments.records import WRONG, ConversationResult, EffectVerdict, GradedEffect


def result() -> ConversationResult:
    return ConversationResult(
        id="c1", episode="naive-no_fault-0001", cell="naive/no_fault", task="refund",
        persona="regular", agent="naive", condition="no_fault", number=1, verdict="pass",
        outcome="success", sentence="naive solved the task.",
        effects=(GradedEffect("ok", "refund", "ch_1"),),
    )  # fmt: skip


def test_every_verdict_on_a_write_is_wrong_but_ok_and_one_that_never_came() -> None:
    assert set(get_args(EffectVerdict)) - {"ok", "missing"} == WRONG


def test_results_are_values() -> None:
    assert result() == result()
    assert replace(result(), effects=()) != result()
    with pytest.raises(FrozenInstanceError):
        result().verdict = "fail"  # type: ignore[misc]


def test_a_fresh_result_claims_nothing_that_was_not_seen() -> None:
    fresh = result()
    assert fresh.recovered is None, "no fault fired: neither recovered nor not"
    assert fresh.attack == {}, "nothing was planted: neither exposed nor not"
