from __future__ import annotations

from pathlib import Path

import pytest

from sandbox.errors import ContentError, UsageError
from sandbox.llm.messages import Usage
from sandbox.llm.presets import preset_names
from sandbox.llm.prices import Price, load_prices


def test_cached_tokens_cost_less() -> None:
    price = Price(input_usd=2.0, output_usd=8.0, cached_usd=0.5)
    assert price.cost_usd(Usage(1_000_000, 500_000)) == pytest.approx(2.0 + 4.0)
    assert price.cost_usd(Usage(1_000_000, 0, cached_tokens=400_000)) == pytest.approx(1.2 + 0.2)


def test_the_shipped_table_is_dated_and_prices_every_preset() -> None:
    prices = load_prices()
    assert prices.as_of == "2026-11-20"
    for name in preset_names():
        price = prices.of(name)
        tier = prices.of(price.modelled_on)
        assert (price.input_usd, price.output_usd) == (tier.input_usd, tier.output_usd)
        assert not tier.modelled_on


def test_in_every_row_cached_input_is_cheaper_and_output_dearer() -> None:
    for price in load_prices().rows.values():
        assert price.cached_usd < price.input_usd < price.output_usd


def test_an_unknown_model_is_refused_with_the_nearest_name() -> None:
    with pytest.raises(UsageError, match=r"'gpt-4.1-mni'.*2026-11-20.*did you mean 'gpt-4.1-mini'"):
        load_prices().of("gpt-4.1-mni")


def test_a_model_unlike_any_is_refused_with_all_names() -> None:
    with pytest.raises(UsageError, match=r"known: claude-haiku.*sim:standard-2026-11"):
        load_prices().of("zzz")


def test_a_tier_that_is_not_in_the_file_is_a_content_error(tmp_path: Path) -> None:
    path = tmp_path / "prices.yaml"
    path.write_text(
        "as_of: '2026-01-01'\nsource: me\nmodels:\n  big: {input: 1, cached: 0.1, output: 2}\n"
        "modelled: {sim:x: bigg}\n"
    )
    with pytest.raises(ContentError, match=r"sim:x: unknown model 'bigg' \(did you mean 'big'"):
        load_prices(path)
