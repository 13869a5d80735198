import pytest

from sandbox.experiments.report.scale import (
    PLOT_LEFT,
    PLOT_RIGHT,
    scale_around_zero,
    scale_from_zero,
)


@pytest.mark.parametrize(
    ("metric", "largest", "ticks"),
    [
        ("success_rate", 0.2, ["0 %", "25 %", "50 %", "75 %", "100 %"]),
        ("loop_rate", 0.27, ["0 %", "10 %", "20 %", "30 %"]),
        ("loop_rate", 0.3, ["0 %", "10 %", "20 %", "30 %"]),
        ("loop_rate", 0.0, ["0 %", "0.25 %", "0.5 %", "0.75 %", "1 %"][:1]),
        ("cost_usd_per_success", 0.16, ["$0", "$0.05", "$0.1", "$0.15", "$0.2"]),
        ("latency_s_p95", 290.0, ["0 min", "2 min", "4 min", "6 min"]),
        ("latency_s_p95", 40.0, ["0 s", "10 s", "20 s", "30 s", "40 s"]),
    ],
)
def test_ticks_are_round_in_the_unit_of_the_axis(
    metric: str, largest: float, ticks: list[str]
) -> None:
    scale = scale_from_zero(metric, largest)
    assert [t.text for t in scale.ticks()][: len(ticks)] == ticks
    assert scale.high >= largest


def test_an_axis_of_differences_has_zero_in_its_middle() -> None:
    scale = scale_around_zero("success_rate", 0.58)
    assert [t.text for t in scale.ticks()] == [
        "\N{MINUS SIGN}100 pp", "\N{MINUS SIGN}50 pp", "0 pp", "+50 pp", "+100 pp",
    ]  # fmt: skip
    assert scale.x(0.0) == (PLOT_LEFT + PLOT_RIGHT) / 2


def test_values_beyond_the_axis_stay_inside_the_plot() -> None:
    scale = scale_from_zero("success_rate", 1.0)
    assert (scale.x(-1.0), scale.x(0.5), scale.x(2.0)) == (PLOT_LEFT, 275.0, PLOT_RIGHT)


def test_figures_that_are_all_zero_still_have_an_axis() -> None:
    for scale in (scale_from_zero("loop_rate", 0.0), scale_around_zero("loop_rate", 0.0)):
        assert scale.high > scale.low
