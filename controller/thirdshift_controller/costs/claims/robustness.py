"""In how much of what may well be a claim holds: its share of a grid of plausible inputs.

Six assumptions each take their lowest, their present and their highest value: 729 sites. The grid
is no distribution; a share of it says how easily a verdict turns over, not how likely it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from thirdshift_controller.costs.claims.pricing import ABOUT_A_FIFTH, NEAR
from thirdshift_controller.costs.claims.shares import ABOUT_HALF
from thirdshift_controller.costs.money import Money
from thirdshift_controller.costs.tco.life import outlook
from thirdshift_controller.costs.tco.outlook import Outlook
from thirdshift_controller.costs.tco.plan import Plan
from thirdshift_controller.costs.tco.ranges import Span

GRID = ("life", "nodes", "node_price", "node_residual", "cost_of_capital", "software")
"""The six that move the price of an hour most."""


@dataclass(frozen=True, slots=True)
class Held:
    """How much of the grid a claim holds in."""

    number: str
    share_ratio: Decimal


def robustness(plan: Plan, spans: Sequence[Span], rent: Money) -> tuple[Held, ...]:
    """M1, M3 and M4 over the grid, against a rent in the plan's currency.

    Drivers that the plan has not are left out of the grid; where no GPU-hour would be available,
    nothing can be said.
    """
    if outlook(plan).levels.available is None:
        return ()
    grid = [span for span in spans if span.driver.name in GRID]
    ahead = [outlook(each) for each in sites(plan, grid)]
    return tuple(
        Held(number, Decimal(sum(holds(each, rent) for each in ahead)) / len(ahead))
        for number, holds in _HOLDS.items()
    )


def sites(plan: Plan, spans: Sequence[Span]) -> Iterator[Plan]:
    """The plan at every combination of lowest, present and highest values."""
    if not spans:
        yield plan
        return
    span, *others = spans
    now = span.driver.now(plan)
    for value in (span.low, now, span.high):
        if value is not None:
            yield from sites(span.driver.at(plan, value), others)


def _half(ahead: Outlook, rent: Money) -> bool:
    low, high = ABOUT_HALF
    return low <= ahead.gpu_share_ratio <= high


def _near(ahead: Outlook, rent: Money) -> bool:
    return abs(_margin(ahead, rent)) <= NEAR


def _a_fifth(ahead: Outlook, rent: Money) -> bool:
    low, high = ABOUT_A_FIFTH
    return low <= _margin(ahead, rent) <= high


def _margin(ahead: Outlook, rent: Money) -> Decimal:
    own = ahead.levels.available
    assert own is not None
    return 1 - own.over(rent)


_HOLDS: Mapping[str, Callable[[Outlook, Money], bool]] = {
    "M1": _half,
    "M3": _near,
    "M4": _a_fifth,
}
