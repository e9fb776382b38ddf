"""The keeping of books while a file is read: every row is a price, a remark, or beside the matter.

A series has one price a day: a second, equal one is a duplicate; two that differ contradict each
other, and neither is taken. A spot price that is the on-demand price is no spot.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from thirdshift_controller.config.fields import in_reach
from thirdshift_controller.costs.market.importers.remarks import Done, Imported, Remark, Trap
from thirdshift_controller.costs.market.importers.source import Given, SourceFile
from thirdshift_controller.costs.market.providers import MARKETPLACES
from thirdshift_controller.costs.market.record import (
    CURRENCY,
    CloudPrice,
    PurchaseOption,
    Quality,
)
from thirdshift_controller.costs.money import Money

HOURS_PER_YEAR = 8760
MONTHS_PER_YEAR = 12


class Gathering:
    """What was found in one file so far."""

    def __init__(self, file: SourceFile, given: Given) -> None:
        self._file = file
        self._given = given
        self._found: list[tuple[int, str, CloudPrice]] = []
        self._remarks: list[Remark] = []
        self._beside: Counter[str] = Counter()
        self._rows = 0

    def row(self, count: int = 1) -> None:
        """So many more rows are looked at."""
        self._rows += count

    def beside(self, why: str) -> None:
        """The row is no rented GPU, or not one of a kind that we compare."""
        self._beside[why] += 1

    def drop(self, line: int, column: str, what: Trap, detail: str = "") -> None:
        """No price comes from this cell."""
        self._remark(line, column, what, Done.DROPPED, detail)

    def mark(self, line: int, column: str, what: Trap, detail: str = "") -> None:
        """A price comes from this row, and this is odd about it."""
        self._remark(line, column, what, Done.MARKED, detail)

    def price(self, line: int, column: str, cell: object) -> Decimal | None:
        """A price as the file writes it; where it is none, that is remarked and `None`."""
        if cell is None or cell == "":
            self.drop(line, column, Trap.BLANK_PRICE)
            return None
        value = exact(cell)
        if value is None:
            self.drop(line, column, Trap.NOT_A_NUMBER, str(cell))
        elif value <= 0:
            self.drop(line, column, Trap.NOT_POSITIVE, str(cell))
        else:
            return value
        return None

    def add(self, line: int, column: str, amount: Decimal, gpus: int | None, **facts: Any) -> None:
        """A price for one hour of an instance; of one GPU where the file does not say how many.

        What the record needs besides is in `facts`.
        """
        facts.setdefault("as_of", self._given.retrieved_on)
        facts.setdefault("quality", Quality.LIST)
        on_demand = facts["purchase_option"] is PurchaseOption.ON_DEMAND
        if on_demand and facts["provider"] in MARKETPLACES:
            facts["purchase_option"] = PurchaseOption.MARKET
        price = CloudPrice(
            price=Money(amount / (gpus or 1), CURRENCY),
            instance_price=Money(amount, CURRENCY) if gpus else None,
            gpu_count=gpus,
            source=self._given.source,
            licence=self._given.licence,
            sha256=self._file.sha256,
            **facts,
        )
        self.take(line, column, price)

    def take(self, line: int, column: str, price: CloudPrice) -> None:
        """A whole price."""
        self._found.append((line, column, price))

    def result(self) -> Imported:
        """All of it, duplicates and contradictions taken out and remarked on."""
        kept = sorted(self._without_false_spots(self._without_twins()), key=lambda one: one[0])
        return Imported(
            prices=tuple(price for _, price in kept),
            lines=tuple(line for line, _ in kept),
            remarks=tuple(sorted(self._remarks, key=lambda remark: remark.line)),
            rows=self._rows,
            beside=dict(self._beside),
        )

    def _without_twins(self) -> list[tuple[int, CloudPrice]]:
        by_series: dict[object, list[tuple[int, str, CloudPrice]]] = defaultdict(list)
        for one in self._found:
            by_series[(one[2].series, one[2].as_of)].append(one)
        return [kept for twins in by_series.values() for kept in self._one_of(twins)]

    def _without_false_spots(
        self, kept: Sequence[tuple[int, CloudPrice]]
    ) -> Iterator[tuple[int, CloudPrice]]:
        """Catalogues with rows of their own for spot repeat the other price where there is none."""
        asked = {_offer(price) for _, price in kept if not _is_spot(price)}
        for line, price in kept:
            if _is_spot(price) and _offer(price) in asked:
                self.drop(line, "spot", Trap.SPOT_EQUAL, "read as no spot")
            else:
                yield line, price

    def _one_of(self, twins: Sequence[tuple[int, str, CloudPrice]]) -> list[tuple[int, CloudPrice]]:
        (line, _, price), *others = twins
        amounts = sorted({twin.price.amount for _, _, twin in twins})
        if len(amounts) > 1:
            detail = f"{amounts[0]:f} to {amounts[-1]:f}"
            for where, column, _ in twins:
                self.drop(where, column, Trap.CONFLICT, detail)
            return []
        for where, column, _ in others:
            self.drop(where, column, Trap.DUPLICATE, f"of line {line}")
        return [(line, price)]

    def _remark(self, line: int, column: str, what: Trap, done: Done, detail: str) -> None:
        self._remarks.append(Remark(self._file.path.name, line, column, what, done, detail))


def _is_spot(price: CloudPrice) -> bool:
    return price.purchase_option is PurchaseOption.SPOT


def _offer(price: CloudPrice) -> tuple[object, ...]:
    """What is for sale, at its price, whatever the terms."""
    place = (price.provider, price.sku, price.gpu_model, price.region)
    return *place, price.as_of, price.price


def exact(cell: object) -> Decimal | None:
    """A number as the file writes it; `None` for what is none, or beyond what our tables take."""
    try:
        return in_reach(Decimal(str(cell)))
    except (InvalidOperation, ValueError):
        return None


def whole(cell: object) -> int | None:
    """A whole number of one or more, also one that is written `8.0`; else `None`."""
    value = exact(cell)
    return int(value) if value is not None and value >= 1 and value == int(value) else None


def known(cell: object) -> Decimal | None:
    """A quantity above zero, `None` where the file does not say it."""
    value = exact(cell)
    return value if value else None
