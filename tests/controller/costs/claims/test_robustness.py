"""A claim's share of the grid: of one site it is all or nothing, of 729 it is a part."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from fakes.worked_example import ACTIVITY, BOOKS, example, usd
from thirdshift_controller.costs.claims.robustness import GRID, robustness, sites
from thirdshift_controller.costs.tco.ranges import spans, usual_ranges

SPANS = spans(example(), BOOKS.ranges, usual_ranges())
RENT = usd("2.99")


def held(chosen: tuple[str, ...]) -> dict[str, Decimal]:
    ours = [span for span in SPANS if span.driver.name in chosen]
    return {each.number: each.share_ratio for each in robustness(example(), ours, RENT)}


def test_the_grid_is_of_729_sites() -> None:
    grid = [span for span in SPANS if span.driver.name in GRID]
    assert sum(1 for _ in sites(example(), grid)) == 729


def test_the_site_itself_holds_all_three_or_not_at_all() -> None:
    assert held(()) == {"M1": 1, "M3": 1, "M4": 1}


def test_three_lives_hold_as_their_swings_say() -> None:
    """Of two, three and five years: shares of 52, 48 and 41 %, margins of -7, 18 and 37 %."""
    assert {number: round(share * 3, 9) for number, share in held(("life",)).items()} == {
        "M1": 2,
        "M3": 2,
        "M4": 1,
    }


def test_over_the_whole_grid_none_of_them_is_robust() -> None:
    shares = held(GRID)
    assert [f"{shares[number]:.0%}" for number in ("M1", "M3", "M4")] == ["23%", "60%", "12%"]


def test_nothing_can_be_said_where_nothing_is_available() -> None:
    idle = example(BOOKS, replace(ACTIVITY, available_ratio=Decimal(0)))
    assert robustness(idle, SPANS, RENT) == ()
