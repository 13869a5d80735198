"""Said, not done."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from sandbox.errors import ToolError
from sandbox.faults.kinds import SilentNoOp

if TYPE_CHECKING:
    from tests.faults.conftest import OpenShop


def test_the_answer_says_done_and_nothing_was_done(open_shop: OpenShop) -> None:
    shop = open_shop(SilentNoOp(tool="stripe_create_refund"))
    before = shop.store.digest()
    answer = shop.refund(1000)
    assert (answer["status"], answer["amount"]) == ("succeeded", 1000)
    assert shop.refunds() == []
    assert shop.effects() == []
    assert shop.store.digest() == before
    assert shop.fired() == [("silent_no_op:stripe_create_refund", True)]


def test_only_a_look_at_the_record_tells(open_shop: OpenShop) -> None:
    shop = open_shop(SilentNoOp(tool="stripe_create_refund", nth=1))
    shop.refund(1000)
    assert shop.call("stripe_get_charge", charge="ch_1")["amount_refunded"] == 0
    shop.refund(1000)
    assert shop.call("stripe_get_charge", charge="ch_1")["amount_refunded"] == 1000


def test_a_write_that_is_refused_anyway_meets_no_fault(open_shop: OpenShop) -> None:
    shop = open_shop(SilentNoOp(tool="stripe_create_refund"))
    with pytest.raises(ToolError):
        shop.refund(999_999)
    assert shop.fired() == []
