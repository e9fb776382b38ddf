"""Ten years of 10,000 nodes with the whole tornado, beside adding up their register once."""

from __future__ import annotations

from dataclasses import replace

from benchmarks import results
from benchmarks.paired import seconds
from fakes.worked_example import ACTIVITY, BOOKS, NODES, QUARTER, asset, example, usd
from thirdshift_controller.costs.books.books import Books
from thirdshift_controller.costs.money import total
from thirdshift_controller.costs.posting import Line
from thirdshift_controller.costs.tco.life import outlook
from thirdshift_controller.costs.tco.ranges import spans, usual_ranges
from thirdshift_controller.costs.tco.rivals import Rent, rivals
from thirdshift_controller.costs.tco.tornado import tornado

SIZE = 10_000
MONTHS = 120
AIM_SECONDS = 2.0


def _register() -> Books:
    """A row for each server and one for its cards, by serial number."""
    rows = tuple(
        row
        for number in range(SIZE)
        for row in (
            asset(f"cards of {number}", Line.GPU_CARDS, 8, 30_000, QUARTER),
            asset(f"server {number}", Line.NODES, 1, 70_000, QUARTER),
        )
    )
    rest = tuple(each for each in BOOKS.assets if each.line not in (Line.GPU_CARDS, Line.NODES))
    return replace(BOOKS, assets=(*rows, *rest))


def test_ten_years_of_ten_thousand_nodes_beside_adding_up_their_register() -> None:
    books = _register()
    it_kw = ACTIVITY.it_kw * SIZE / NODES
    activity = replace(ACTIVITY, nodes=SIZE, gpus=8 * SIZE, it_kw=it_kw)
    usual = usual_ranges()

    def add_up() -> None:
        total([each.price for each in books.assets], books.currency)

    def look_ahead() -> None:
        plan = example(books, activity, MONTHS)
        assert outlook(plan).lines
        assert len(tornado(plan, spans(plan, (), usual), usd("2.99"))) == len(usual)
        assert rivals(plan, [Rent("neocloud", usd("2.99"))])

    floor, took = seconds(add_up), seconds(look_ahead)
    measure = f"{MONTHS // 12} years of {SIZE:,} nodes, {len(books.assets):,} rows, with a tornado"
    results.add(measure, took * 1e3, floor * 1e3, "ms", "adding up the register")
    assert took <= AIM_SECONDS
