"""The months before this one, out of their frozen figures, and this one at their end."""

from __future__ import annotations

from collections.abc import Iterable

from thirdshift_controller.costs.money import Money
from thirdshift_controller.costs.month.figures import MonthFigures, TrendMonth
from thirdshift_controller.costs.posting import Line

MONTHS_SHOWN = 13


def trend(earlier: Iterable[MonthFigures], now: MonthFigures) -> tuple[TrendMonth, ...]:
    """Oldest first; of the earlier ones, the last twelve that lie before this month."""
    before = sorted(
        (trend_month(one) for one in earlier if str(one.month) < str(now.month)),
        key=lambda one: one.month,
    )
    return (*before[-(MONTHS_SHOWN - 1) :], trend_month(now))


def trend_month(figures: MonthFigures) -> TrendMonth:
    """What the trend shows of a month."""
    cloud, use = figures.cloud, figures.use
    return TrendMonth(
        month=str(figures.month),
        cost=figures.total,
        levels=figures.levels,
        cloud_low=cloud.low.row.price if cloud else None,
        cloud_median=cloud.median if cloud else None,
        cloud_high=cloud.high.row.price if cloud else None,
        available_ratio=use.available / use.installed if use.installed else None,
        closed=figures.closed,
    )


def costs_before(earlier: Iterable[MonthFigures], month: str) -> dict[Line, Money] | None:
    """What each line cost in the month before; `None` where that was never reckoned."""
    for one in earlier:
        if str(one.month) == month:
            return {line.line: line.economic for line in one.lines}
    return None
