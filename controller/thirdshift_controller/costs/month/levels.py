"""What a GPU-hour cost at each level, and what was paid for hours that nobody used.

The cost of an installed hour is the month's cost by all GPUs and all hours of the span, watched or
not; the dearer levels follow by the shares that were watched. So an hour in which the controller
was away makes no GPU-hour dearer.
"""

from __future__ import annotations

from decimal import Decimal

from thirdshift_controller.costs.money import Money
from thirdshift_controller.costs.month.figures import Idle
from thirdshift_controller.costs.tco.activity import HOURS_PER_YEAR
from thirdshift_controller.costs.tco.outlook import Levels
from thirdshift_controller.costs.usage.totals import Use

POINT = Decimal("0.01")


def levels(cost: Money, gpu_hours: Decimal, use: Use) -> Levels:
    """Cost per GPU-hour; `gpu_hours` are those of all GPUs in the whole span."""
    installed = cost.per(gpu_hours)
    watched = Decimal(use.installed)

    def at(hours: float | None) -> Money | None:
        if installed is None or not hours:
            return None
        return installed * (watched / Decimal(hours))

    return Levels(installed, at(use.available), at(use.allocated_hours), at(use.utilised))


def idle(prices: Levels, use: Use, rent: Money | None, gpus: int) -> Idle:
    """Lost and idle hours at our own price, lost ones at the price of renting them too."""
    lost = use.lost if use.installed else None
    allocated = use.allocated_hours
    held = max(use.available - allocated, 0.0) if allocated is not None else None
    return Idle(
        lost=_worth(prices.installed, lost),
        idle=_worth(prices.available, held),
        replacement=_worth(rent, lost),
        point_per_year=_worth(prices.available, float(gpus * HOURS_PER_YEAR * POINT)),
    )


def _worth(price: Money | None, hours: float | None) -> Money | None:
    return None if price is None or hours is None else price * Decimal(hours)
