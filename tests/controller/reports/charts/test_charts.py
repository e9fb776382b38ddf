"""Every chart: the same bytes twice, units at its axes, text to be read, names as they are."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import pairwise

import pytest

from thirdshift_controller.reports.charts.break_even import break_even
from thirdshift_controller.reports.charts.downtime import downtime
from thirdshift_controller.reports.charts.energy import energy
from thirdshift_controller.reports.charts.levels import levels
from thirdshift_controller.reports.charts.shares import Bar, pie, shares
from thirdshift_controller.reports.charts.style import SMALL_POINTS
from thirdshift_controller.reports.charts.tornado import Span, tornado
from thirdshift_controller.reports.charts.trend import Point, trend
from thirdshift_controller.reports.charts.waterfall import waterfall

Draw = Callable[[], str]
ODD = "$x_1$ <b> & \\alpha"
POINTS = [
    Point("Sep", 1.78e6, True, 2.41, None, None, None),
    Point("Oct", 1.79e6, False, 2.43, 2.58, 3.89, 10.98),
]
CHARTS: dict[str, tuple[Draw, tuple[str, ...]]] = {
    "break-even": (
        lambda: break_even(2.46, [("Neocloud", 2.99), ("Azure", 12.29)], 0.78, "USD"),
        ("% of available GPU-hours used", "USD per used GPU-hour"),
    ),
    "downtime": (
        lambda: downtime([("gpu-fell-off-bus", 8904.0)], [("Waiting for people", 14106.0)]),
        ("GPU-hours lost",),
    ),
    "energy": (
        lambda: energy({"Metered": 733_772.0, "Modelled": 12_460.0, "Cooling": 261_181.0}, 1e6),
        ("MWh in the month",),
    ),
    "levels": (
        lambda: levels([("Available", 2.43)], "Available", (2.58, 3.89, 10.98), "USD"),
        ("USD per GPU-hour",),
    ),
    "shares": (lambda: shares([Bar("This month", {"Cards": 0.48, "Rest": 0.52})]), ("% of the",)),
    "tornado": (
        lambda: tornado(2.46, [Span("Life, years", "2", "5", 3.21, 1.87)], "CAD"),
        ("CAD per available GPU-hour",),
    ),
    "trend": (
        lambda: trend(POINTS, "USD"),
        ("USD million a month", "USD per GPU-hour, equal ratios"),
    ),
    "waterfall": (
        lambda: waterfall(
            1_779_055.0, [("Price", 6_271.0), ("Exchange", -812.0)], 1_784_514.0, "USD"
        ),
        ("USD thousand, not from zero",),
    ),
}


@pytest.fixture(params=CHARTS, scope="module")
def chart(request: pytest.FixtureRequest) -> tuple[str, Draw, tuple[str, ...]]:
    draw, units = CHARTS[request.param]
    return draw(), draw, units


def texts(svg: str) -> list[str]:
    return re.findall(r"<text[^>]*>([^<]*)</text>", svg)


def test_a_chart_is_the_same_bytes_twice(chart: tuple[str, Draw, tuple[str, ...]]) -> None:
    svg, draw, _ = chart
    assert draw() == svg


def test_every_axis_of_numbers_has_its_unit(chart: tuple[str, Draw, tuple[str, ...]]) -> None:
    svg, _, units = chart
    for unit in units:
        assert any(text.startswith(unit) for text in texts(svg)), unit


def test_no_text_is_too_small_to_read(chart: tuple[str, Draw, tuple[str, ...]]) -> None:
    sizes = [float(size) for size in re.findall(r"font(?:-size)?: (?:\w+ )*([\d.]+)px", chart[0])]
    assert len(sizes) == len(texts(chart[0]))
    assert min(sizes) >= SMALL_POINTS


def test_a_chart_leaks_no_style_date_or_name_into_its_page(
    chart: tuple[str, Draw, tuple[str, ...]],
) -> None:
    svg = chart[0]
    assert svg.startswith("<svg")
    assert "<style" not in svg
    assert "<metadata" not in svg
    assert not re.search(r'id="[a-z]+_\d+"', svg)


def test_a_pie_says_both_of_its_parts() -> None:
    assert {"GPU cards", "48 %", "All the rest", "52 %"} <= set(texts(pie("GPU cards", 0.48)))


def test_a_name_is_neither_markup_nor_mathematics() -> None:
    drawn = texts(downtime([(ODD, 5.0)], [("Proof", 5.0)]))
    assert "$x_1$ &lt;b&gt; &amp; \\alpha" in drawn


def test_a_name_that_is_too_long_is_cut_and_not_the_drawing() -> None:
    (name,) = [
        text for text in texts(break_even(2.0, [("x" * 90, 3.0)], None, "USD")) if "x" in text
    ]
    assert name == f"3.00 {'x' * 31}…"


def test_names_of_rents_close_together_do_not_cover_each_other() -> None:
    svg = break_even(2.0, [("one", 3.0), ("two", 3.01), ("three", 3.02)], None, "USD")
    placed = re.findall(r'<text[^>]*(?:translate\([\d.]+ | y=")([\d.]+)[^>]*>3\.0\d ', svg)
    heights = [float(height) for height in placed]
    assert len(heights) == 3
    assert all(lower - upper > SMALL_POINTS for lower, upper in pairwise(heights))


def test_nothing_lost_is_drawn_as_nothing() -> None:
    assert "GPU-hours lost" in texts(downtime([("node-silent", 0.0)], [("Proof", 0.0)]))


def test_a_month_on_its_budget_is_drawn() -> None:
    drawn = texts(waterfall(5_000.0, [("Price", 0.0)], 5_000.0, "USD"))
    assert drawn.count("5.0") == 2
