"""How far each assumption moves the price of an available GPU-hour, one at a time, widest first."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from thirdshift_controller.costs.money import Money
from thirdshift_controller.costs.tco.life import outlook
from thirdshift_controller.costs.tco.outlook import Swing
from thirdshift_controller.costs.tco.plan import Plan
from thirdshift_controller.costs.tco.ranges import Span


def tornado(plan: Plan, spans: Iterable[Span], reference: Money | None) -> tuple[Swing, ...]:
    """One swing for each span, widest first; none where no GPU-hour would be available.

    Margins are against `reference`, a rent in the plan's currency.
    """
    swings = [swing for span in spans for swing in _swing(plan, span, reference)]
    return tuple(sorted(swings, key=_width, reverse=True))


def _width(swing: Swing) -> Decimal:
    return abs(swing.at_high.amount - swing.at_low.amount)


def _swing(plan: Plan, span: Span, reference: Money | None) -> list[Swing]:
    driver = span.driver
    at_low, at_high = (outlook(driver.at(plan, value)) for value in (span.low, span.high))
    low, high = at_low.levels.available, at_high.levels.available
    if low is None or high is None:
        return []
    return [
        Swing(
            driver=driver.label,
            low_value=driver.shown(span.low),
            high_value=driver.shown(span.high),
            at_low=low,
            at_high=high,
            share_at_low=at_low.gpu_share_ratio,
            share_at_high=at_high.gpu_share_ratio,
            margin_at_low=_margin(low, reference),
            margin_at_high=_margin(high, reference),
        )
    ]


def _margin(own: Money, reference: Money | None) -> Decimal | None:
    return 1 - own.over(reference) if reference else None
