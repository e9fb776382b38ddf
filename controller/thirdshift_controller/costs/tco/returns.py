"""What a row of monthly flows is worth: present value and internal rate of return.

Flow 0 is paid now, flow k after k months. Rates are effective a year: a rate of r is
(1 + r)^(1/12) - 1 a month.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from thirdshift_controller.costs.tco.plan import MONTHS_PER_YEAR

_LOWEST, _HIGHEST = Decimal("-0.5"), Decimal(4)
"""A month: nobody halves or quintuples money monthly, so no rate is sought beyond."""
_HALVINGS = 50
"""Of that span: more exact than any input."""


def npv(flows: Sequence[Decimal], ratio_per_year: Decimal) -> Decimal:
    """Present value at a rate a year."""
    twelfth: Decimal = (1 + ratio_per_year) ** (Decimal(1) / MONTHS_PER_YEAR)
    return _present(flows, twelfth - 1)


def irr(flows: Sequence[Decimal]) -> Decimal | None:
    """The rate a year at which the flows are worth nothing; `None` where there is none."""
    low, high = _LOWEST, _HIGHEST
    at_low = _present(flows, low)
    if (at_low > 0) == (_present(flows, high) > 0):
        return None
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        if (_present(flows, middle) > 0) == (at_low > 0):
            low = middle
        else:
            high = middle
    return (1 + low) ** MONTHS_PER_YEAR - 1


def _present(flows: Sequence[Decimal], ratio_per_month: Decimal) -> Decimal:
    worth = Decimal(0)
    for flow in reversed(flows):
        worth = worth / (1 + ratio_per_month) + flow
    return worth
