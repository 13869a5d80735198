from __future__ import annotations

from pathlib import Path

import pytest

from sandbox.content.model import load_model
from sandbox.errors import ContentError, UsageError
from sandbox.llm import presets
from sandbox.llm.presets import DEFAULT_PRESET, Preset, load_model_name, preset_names


def test_every_shipped_preset_loads_under_its_own_name() -> None:
    names = preset_names()
    assert {DEFAULT_PRESET, "sim:perfect", "sim:careless", "sim:small-fast"} <= set(names)
    for name in names:
        assert load_model_name(name).name == name


def test_the_perfect_model_has_no_weakness() -> None:
    knobs = load_model_name("sim:perfect").knobs
    assert (knobs.wrong_arg, knobs.skip, knobs.hallucinate) == (0, 0, 0)
    assert (knobs.injection, knobs.pressure) == (0, 0)
    assert (knobs.persist, knobs.drift_repair) == (1, 1)


def test_the_careless_model_is_worse_than_the_standard_one_at_everything() -> None:
    careless, standard = (load_model_name(n).knobs for n in ("sim:careless", DEFAULT_PRESET))
    for knob in ("wrong_arg", "skip", "hallucinate", "injection", "pressure"):
        assert getattr(careless, knob) > getattr(standard, knob)
    assert careless.drift_repair < standard.drift_repair


def test_the_profile_has_the_numbers_of_the_file() -> None:
    profile = load_model_name("sim:small-fast").profile
    assert profile.seconds(0, 0.5) == pytest.approx(0.25)
    assert profile.seconds(0, 0.95) == pytest.approx(0.7)


def test_an_unknown_name_is_refused_with_the_nearest_and_all() -> None:
    with pytest.raises(UsageError, match=r"did you mean 'sim:perfect'.*known: sim:careless"):
        load_model_name("sim:prefect")


def test_a_latency_the_wrong_way_round_is_a_content_error(tmp_path: Path) -> None:
    source = Path(presets.__file__).parent / "data" / "presets" / "perfect.yaml"
    path = tmp_path / "perfect.yaml"
    path.write_text(source.read_text().replace("ttft_s_p95: 2.1", "ttft_s_p95: 0.1"))
    with pytest.raises(ContentError, match=r"ttft_s_p95=0.1 is below the median 0.74"):
        load_model(path, Preset)
