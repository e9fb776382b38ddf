"""What moved between two tables of prices, for a human to accept. It accepts nothing itself."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from thirdshift_controller.costs.market.record import CloudPrice

MOVE_RATIO = Decimal("0.05")
"""Smaller moves are the market's breathing."""


@dataclass(frozen=True, slots=True)
class Move:
    """One series whose price is another one now."""

    old: CloudPrice
    new: CloudPrice

    @property
    def ratio(self) -> Decimal:
        """The change as a part of the old price; 0.05 is five percent dearer."""
        return self.new.price.over(self.old.price) - 1


@dataclass(frozen=True, slots=True)
class Difference:
    """Two tables, series by series, each at its latest price."""

    moves: tuple[Move, ...]
    """Of more than `MOVE_RATIO`, the largest first."""
    new: tuple[CloudPrice, ...]
    gone: tuple[CloudPrice, ...]
    steady: int
    """Series that are in both and moved less."""

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing for a human to accept."""
        return not (self.moves or self.new or self.gone)


def difference(old: Iterable[CloudPrice], new: Iterable[CloudPrice]) -> Difference:
    """Which prices of `new` are not those of `old`."""
    before, after = _latest(old), _latest(new)
    common = [Move(before[series], after[series]) for series in before if series in after]
    moves = [move for move in common if abs(move.ratio) > MOVE_RATIO]
    return Difference(
        moves=tuple(sorted(moves, key=lambda move: -abs(move.ratio))),
        new=tuple(price for series, price in after.items() if series not in before),
        gone=tuple(price for series, price in before.items() if series not in after),
        steady=len(common) - len(moves),
    )


def _latest(prices: Iterable[CloudPrice]) -> dict[tuple[object, ...], CloudPrice]:
    by_day = sorted(prices, key=lambda price: price.as_of)
    return {price.series: price for price in by_day}
