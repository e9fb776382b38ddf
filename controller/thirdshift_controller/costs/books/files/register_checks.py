"""What single rows of the registers cannot show: that two contradict each other, or are one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from datetime import MAXYEAR, date
from decimal import Decimal
from itertools import combinations, groupby
from typing import Protocol, TypeVar

from thirdshift_controller.config.complaints import Fault
from thirdshift_controller.config.sheets import Row
from thirdshift_controller.costs.books.books import Asset, Bill
from thirdshift_controller.costs.books.files.registers import AssetRow
from thirdshift_controller.costs.exchange import Exchange, Rate
from thirdshift_controller.costs.money import CurrencyError, Money
from thirdshift_controller.costs.origin import Origin
from thirdshift_controller.costs.posting import Line


class Entry(Protocol):
    """Anything that knows its row."""

    @property
    def origin(self) -> Origin:
        """Where it stands."""


E = TypeVar("E", bound=Entry)


def twice(
    entries: Iterable[E], key: Callable[[E], Hashable], column: str, what: str
) -> Iterator[Fault]:
    """Rows that say again what a row above them says."""
    seen: dict[Hashable, int] = {}
    for entry in entries:
        line = _line(entry)
        first = seen.setdefault(key(entry), line)
        if first != line:
            yield Fault(line, column, f"{what} stands in line {first} too; keep one of them")


def asset_faults(assets: Iterable[Asset]) -> Iterator[Fault]:
    """Lives out of the calendar, and servers that cost nothing without their cards."""
    for asset in assets:
        if asset.in_service_on < asset.bought_on:
            text = f"is before {asset.bought_on}, the day it was bought; mend one of the two"
            yield Fault(_line(asset), "in_service_on", text)
        if asset.in_service_on.year + asset.life_months // 12 >= MAXYEAR:
            text = "lasts beyond the end of the calendar; mend it, or in_service_on"
            yield Fault(_line(asset), "life_months", text)
        if asset.line is Line.NODES and asset.unit_price.amount == 0:
            text = "must be more than 0: the cards' price was taken off and nothing is left"
            yield Fault(_line(asset), "unit_price", f"{text}; mend the price of node or card")


def node_faults(rows: Iterable[Row[AssetRow]]) -> Iterator[Fault]:
    """Purchases of nodes whose parts do not come to the price that was paid for the whole.

    Rows are of one purchase when supplier, day and currency are the same. Where no row of its
    nodes says what a node cost with its cards, nothing is asked.
    """
    purchases = defaultdict[Hashable, list[Row[AssetRow]]](list)
    for row in rows:
        asset = row.cells
        if asset.line in (Line.NODES, Line.GPU_CARDS):
            purchases[asset.supplier, asset.bought_on, asset.currency].append(row)
    for purchase in purchases.values():
        nodes = [row for row in purchase if row.cells.line is Line.NODES]
        if nodes and all(row.cells.node_price for row in nodes):
            yield from _untied(nodes, [row.cells for row in purchase])


def _untied(nodes: Sequence[Row[AssetRow]], parts: Sequence[AssetRow]) -> Iterator[Fault]:
    line, assets = nodes[0].line, [row.cells for row in nodes]
    dearest = max(node.node_price or Decimal(0) for node in assets)
    whole = sum((node.quantity * (node.node_price or 0) for node in assets), Decimal(0))
    paid = sum((part.quantity * part.unit_price for part in parts), Decimal(0))
    for card in parts:
        if card.unit_price >= dearest:
            text = f"{card.name} are dearer at {card.unit_price:,} each than the whole node"
            yield Fault(line, "node_price", f"{text} at {dearest:,}; mend one of the two")
    if paid != whole:
        text = f"nodes with their cards cost {whole:,} by this, and their rows come to {paid:,}"
        yield Fault(line, "node_price", f"{text}; mend what is wrong")


def rate_faults(rates: Sequence[Rate]) -> Iterator[Fault]:
    """Rates of a currency in itself, and two of one pair on one day."""
    for rate in rates:
        if rate.base == rate.quote:
            text = f"is {rate.base}, as base is; a rate is between two currencies"
            yield Fault(_line(rate), "quote", text)
    pair = "a rate of this pair and day"
    yield from twice(rates, lambda rate: (frozenset((rate.base, rate.quote)), rate.on), "", pair)


def bill_faults(bills: Sequence[Bill], assets: Iterable[Asset]) -> Iterator[Fault]:
    """Bills that end before they begin, are for assets, or ask twice for the same days."""
    bought = {(asset.line, asset.name) for asset in assets}
    for bill in bills:
        if (bill.line, bill.what) in bought:
            text = f'"{bill.what}" is an asset; mend its price in its own row and take this away'
            yield Fault(_line(bill), "what", text)
        if bill.to_on <= bill.from_on:
            text = f"must be after {bill.from_on}: it is the first day that the bill does not cover"
            yield Fault(_line(bill), "to_on", text)
    ordered = sorted(bills, key=lambda bill: (bill.line, bill.from_on, _line(bill)))
    for _, of_line in groupby(ordered, key=lambda bill: bill.line):
        for earlier, later in combinations(of_line, 2):
            if earlier.to_on > later.from_on and _same_matter(earlier, later):
                text = f"overlaps bill {earlier.number} in line {_line(earlier)}, for the same"
                yield Fault(_line(later), "from_on", f"{text} {later.line}; mend the days of one")


def _same_matter(one: Bill, other: Bill) -> bool:
    """Of two bills of a line; one that names nothing is for the whole line."""
    return one.what == other.what or "" in (one.what, other.what)


def rateless(
    entries: Iterable[tuple[E, Money, date]], currency: str, exchange: Exchange
) -> Iterator[Fault]:
    """Amounts that cannot be told in the books' currency on their day."""
    for entry, money, on in entries:
        try:
            exchange.factor(money.currency, currency, on)
        except CurrencyError as error:
            yield Fault(_line(entry), "currency", str(error))


def _line(entry: Entry) -> int:
    return entry.origin.line or 0
