"""Fields that are no longer what they were, in the answer, in the schema, or in one of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from sandbox.errors import NotFound
from sandbox.faults.changes import EnumChanged, Removed, Renamed, Retyped, UnitChanged
from sandbox.faults.kinds import SchemaDrift

if TYPE_CHECKING:
    from tests.faults.conftest import OpenShop, Shop

CENTS_TO_DOLLARS = UnitChanged(field="amount", factor=0.01)
RENAMED = Renamed(field="amount", to="amount_total")


def told(shop: Shop, tool: str) -> dict[str, Any]:
    """The result schema that an agent in conversation c1 is told."""
    return shop.toolbox(tool)[tool].result_schema


def test_the_caller_sees_the_new_form_and_the_tables_keep_the_old(open_shop: OpenShop) -> None:
    shop = open_shop(SchemaDrift(tool="stripe_get_charge", changes=[RENAMED]))
    before = shop.store.digest()
    charge = shop.call("stripe_get_charge", charge="ch_1")
    assert charge["amount_total"] == 4999
    assert "amount" not in charge
    assert shop.store.digest() == before
    assert shop.fired() == [("schema_drift:stripe_get_charge", True)]


def test_fields_change_wherever_they_stand_in_the_answer(open_shop: OpenShop) -> None:
    shop = open_shop(SchemaDrift(tool="stripe_list_charges", changes=[CENTS_TO_DOLLARS]))
    page = shop.call("stripe_list_charges", customer="cus_ada")
    assert [charge["amount"] for charge in page["data"]] == [0.99, 12.5, 49.99]


def test_changes_follow_one_another(open_shop: OpenShop) -> None:
    changes = [RENAMED, Retyped(field="amount_total", to="string"), Removed(field="currency")]
    shop = open_shop(SchemaDrift(tool="stripe_get_charge", changes=changes, advertised=True))
    charge = shop.call("stripe_get_charge", charge="ch_1")
    assert charge["amount_total"] == "4999"
    assert "currency" not in charge
    schema = told(shop, "stripe_get_charge")
    assert schema["properties"]["amount_total"]["type"] == "string"
    assert {"amount", "currency"}.isdisjoint(schema["properties"])


def test_an_answer_without_the_field_meets_no_fault(open_shop: OpenShop) -> None:
    shop = open_shop(SchemaDrift(tool="*", changes=[RENAMED]))
    shop.call("commerce_get_order", order_id=9001)
    with pytest.raises(NotFound):
        shop.call("stripe_get_charge", charge="ch_none")
    assert shop.fired() == []


def test_only_advertised_drift_stands_in_the_tools_schema(open_shop: OpenShop) -> None:
    silent = SchemaDrift(tool="stripe_*", changes=[RENAMED])
    for advertised in (False, True):
        shop = open_shop(silent.model_copy(update={"advertised": advertised}))
        properties = told(shop, "stripe_get_charge")["properties"]
        assert ("amount_total" in properties) is advertised
        assert ("amount" in properties) is not advertised
        assert shop.fired() == [("schema_drift:stripe_*", False)] * advertised


def test_tools_that_do_not_have_the_field_are_told_of_as_ever(open_shop: OpenShop) -> None:
    shop = open_shop(SchemaDrift(tool="*", changes=[RENAMED], advertised=True))
    plain = open_shop()
    assert told(shop, "wiki_search") == told(plain, "wiki_search")
    assert shop.fired() == []


def test_a_conversation_meets_the_vendor_before_its_release_or_after_it(
    open_shop: OpenShop,
) -> None:
    drift = SchemaDrift(tool="stripe_*", changes=[RENAMED], advertised=True, probability=0.5)
    seen = []
    for seed in range(20):
        shop = open_shop(drift, seed=seed)
        schema = "amount_total" in told(shop, "stripe_get_charge")["properties"]
        answers = [
            "amount_total" in shop.call("stripe_get_charge", charge=charge)
            for charge in ("ch_1", "ch_2", "ch_3")
        ]
        assert set(answers) == {schema}, "what is advertised is what comes, each time"
        seen.append(schema)
    assert 3 < sum(seen) < 17


def test_a_state_has_another_name(open_shop: OpenShop) -> None:
    change = EnumChanged(field="status", values={"delivered": "DELIVERED"})
    shop = open_shop(SchemaDrift(tool="commerce_track_shipment", changes=[change], advertised=True))
    assert shop.call("commerce_track_shipment", tracking_number="1Z1")["status"] == "DELIVERED"
    status = told(shop, "commerce_track_shipment")["properties"]["status"]
    assert "DELIVERED" in status["enum"]
    assert "delivered" not in status["enum"]
    assert "in_transit" in status["enum"], "the other states are still told"
