"""The catalogue: from products.csv, with some prices that fell lately."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.worlds.generate.conftest import Shop


def test_the_catalogue_is_that_of_the_file(shop: Shop) -> None:
    assert len(shop.products) >= 150
    assert len({product.sku for product in shop.products}) == len(shop.products)
    machine = next(p for p in shop.products if p.name == "Barista One Espresso Machine")
    assert (machine.category, machine.cents_before) == ("Small Appliances", 38_900)
    assert machine.warranty_months == 24


def test_some_prices_fell_in_the_last_days_and_whoever_bought_before_paid_more(shop: Shop) -> None:
    reduced = [p for p in shop.products if p.cents < p.cents_before]
    assert 3 <= len(reduced) <= 40
    for product in reduced:
        assert product.cents_at(product.reduced_s - 1) == product.cents_before
        assert product.cents_at(product.reduced_s) == product.cents
        assert 0 < shop.context.epoch_s - product.reduced_s < 7 * 86_400


def test_food_cannot_be_returned(shop: Shop) -> None:
    beans = next(p for p in shop.products if p.name == "House Blend Beans 1 kg")
    assert not beans.returnable
    assert sum(p.returnable for p in shop.products) > 130
