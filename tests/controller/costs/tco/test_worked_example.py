"""The published worked example comes out of the model: every line, total and level."""

from __future__ import annotations

from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal

import pytest

from fakes.worked_example import BOOKS, NODES, asset, example, usd
from thirdshift_controller.costs.books.books import Capital
from thirdshift_controller.costs.posting import Line
from thirdshift_controller.costs.tco.life import outlook

PUBLISHED = {
    Line.GPU_CARDS: ("30.720", "48.0", "1.142"),
    Line.NODES: ("8.960", "14.0", "0.333"),
    Line.SWITCHES: ("1.728", "2.7", "0.064"),
    Line.OPTICS: ("2.621", "4.1", "0.097"),
    Line.STORAGE: ("0.810", "1.3", "0.030"),
    Line.RACKS: ("1.530", "2.4", "0.057"),
    Line.SPARES: ("0.794", "1.2", "0.029"),
    Line.INSTALL: ("0.696", "1.1", "0.026"),
    Line.COLO: ("7.644", "11.9", "0.284"),
    Line.ELECTRICITY: ("2.910", "4.5", "0.108"),
    Line.TECHNICIANS: ("0.934", "1.5", "0.035"),
    Line.ENGINEERS: ("1.080", "1.7", "0.040"),
    Line.SUPPORT: ("2.381", "3.7", "0.088"),
    Line.SOFTWARE: ("0.180", "0.3", "0.007"),
    Line.TRANSIT: ("0.360", "0.6", "0.013"),
    Line.INSURANCE: ("0.718", "1.1", "0.027"),
}


def test_the_lines_are_the_published_ones_in_their_order() -> None:
    assert [each.line for each in outlook(example()).lines] == list(PUBLISHED)


@pytest.mark.parametrize(("line", "figures"), PUBLISHED.items(), ids=list(PUBLISHED))
def test_a_line_comes_out_with_its_share_and_its_price_by_the_hour(
    line: Line, figures: tuple[str, str, str]
) -> None:
    found = next(each for each in outlook(example()).lines if each.line is line)
    millions, percent, hourly = map(Decimal, figures)
    assert abs(found.amount.amount / 10**6 - millions) <= max(millions / 1000, Decimal("0.0005"))
    assert round(found.share_ratio * 100, 1) == percent
    assert round(found.per_installed_hour.amount, 3) == hourly


@pytest.mark.parametrize(
    ("total", "millions"),
    [
        ("capital", "47.86"),
        ("gross", "64.07"),
        ("residual", "10.67"),
        ("cost_of_capital", "10.87"),
        ("economic", "64.27"),
    ],
)
def test_a_total_comes_out(total: str, millions: str) -> None:
    assert round(getattr(outlook(example()), total).amount / 10**6, 2) == Decimal(millions)


@pytest.mark.parametrize(
    ("level", "hourly"),
    [
        ("installed", "2.388"),
        ("available", "2.462"),
        ("allocated", "2.676"),
        ("utilised", "3.149"),
    ],
)
def test_a_level_comes_out(level: str, hourly: str) -> None:
    assert round(getattr(outlook(example()).levels, level).amount, 3) == Decimal(hourly)


def test_a_node_of_three_years_comes_out() -> None:
    assert round(outlook(example()).gross.amount / NODES, -2) == 500_500


def test_five_years_of_free_capital_with_nothing_left_reach_the_floor_of_the_field() -> None:
    worthless = tuple(
        replace(each, residual_ratio=Decimal(0), life_months=60) for each in BOOKS.assets
    )
    books = replace(BOOKS, assets=worthless, capital=Capital(Decimal(0), BOOKS.capital.origin))
    price = outlook(example(books, months=60)).levels.available
    assert price is not None
    assert round(price.amount, 2) == Decimal("1.72")


def test_a_published_row_of_hardware_comes_out_exactly() -> None:
    row = (
        asset("nodes", Line.NODES, 128, 310_000),
        asset("switches", Line.SWITCHES, 48, 36_000),
        asset("cables", Line.OPTICS, 1_024, 2_560),
        asset("facility", Line.RACKS, 128, 50_000),
    )
    capital = outlook(example(replace(BOOKS, assets=row))).capital
    assert capital == usd(50_429_440)
    assert (capital.amount / 1_024).quantize(Decimal(1), ROUND_HALF_UP) == 49_248


def test_a_node_of_2026_comes_out() -> None:
    cheaper = {"H100 SXM cards": 25_000, "Servers without cards": 50_000}
    books = replace(
        BOOKS,
        assets=tuple(
            replace(each, unit_price=usd(cheaper.get(each.name, each.unit_price.amount)))
            for each in BOOKS.assets
        ),
    )
    found = outlook(example(books))
    assert found.levels.available is not None
    assert abs(found.levels.available.amount - Decimal("2.14")) < Decimal("0.02")
    assert round(found.gpu_share_ratio, 2) == Decimal("0.46")
