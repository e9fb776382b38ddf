"""What moved most: every line that cost another amount than before, also one that is gone."""

from __future__ import annotations

from decimal import Decimal

from fakes.accounts import usd
from thirdshift_controller.costs.month.figures import LineFigures, Mover
from thirdshift_controller.costs.month.lines import movers
from thirdshift_controller.costs.posting import Line

COLO = LineFigures(Line.COLO, usd(900), usd(900), usd(900), Decimal(1), usd(1000))


def test_a_line_that_is_gone_moved_by_all_that_it_cost() -> None:
    before = {Line.COLO: usd(880), Line.SOFTWARE: usd(5000)}
    assert movers([COLO], before, "2026-09", "USD") == (
        Mover(Line.SOFTWARE, usd(-5000), "2026-09"),
        Mover(Line.COLO, usd(20), "2026-09"),
    )


def test_without_a_month_before_the_budget_is_what_lines_moved_against() -> None:
    unplanned = LineFigures(Line.SOFTWARE, usd(5), usd(5), usd(5), Decimal(1), None)
    assert movers([COLO, unplanned], None, "2026-09", "USD") == (
        Mover(Line.COLO, usd(-100), "budget"),
    )
