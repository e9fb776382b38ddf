"""The price of a GPU-hour of our own over what may vary, as points for a chart."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from thirdshift_controller.costs.tco.drivers import Driver
from thirdshift_controller.costs.tco.life import outlook
from thirdshift_controller.costs.tco.outlook import Curve
from thirdshift_controller.costs.tco.plan import Plan

_USES = tuple(Decimal(percent) / 100 for percent in range(20, 101, 2))


def path(plan: Plan, driver: Driver, values: Iterable[Decimal]) -> Curve:
    """The price of an available GPU-hour over the values of one driver."""
    points = ((value, outlook(driver.at(plan, value)).levels.available) for value in values)
    return Curve(
        "own, available", driver.label, tuple((value, price) for value, price in points if price)
    )


def break_even(plan: Plan) -> Curve:
    """The price of an allocated GPU-hour over the share of the available that is allocated.

    Where it crosses a rent is that rent's break-even.
    """
    price = outlook(plan).levels.available
    points = tuple((use, price * (1 / use)) for use in _USES) if price else ()
    return Curve("own, allocated", "allocated of available", points)
