"""A month's postings as FOCUS rows (FinOps Open Cost and Usage Specification).

BilledCost adds up to the cash ledger, EffectiveCost to the book, x_EconomicCost to the economic
one, to the last digit. `docs/focus.md` has the mapping.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

from thirdshift_controller.costs.money import Money
from thirdshift_controller.costs.month.figures import MonthFigures
from thirdshift_controller.costs.posting import Charge, Posting
from thirdshift_controller.reports.data.focus_columns import Column, FocusVersion, Row, columns
from thirdshift_controller.reports.data.plain import Cell, csv_text


def focus_csv(figures: MonthFigures, version: FocusVersion = FocusVersion.V1_2) -> str:
    """The file, its header first; amounts with every digit that the books have."""
    used = columns(version)
    return csv_text([column.name for column in used], focus_rows(figures, used))


def focus_rows(figures: MonthFigures, used: Sequence[Column]) -> Iterator[list[Cell]]:
    """The cells of each row, in the order of the postings and of the columns."""
    for posting in figures.postings:
        for charge in charges(posting):
            row = Row(figures, charge)
            yield [column.write(row) if column.write else None for column in used]


def charges(posting: Posting) -> tuple[Posting, ...]:
    """What FOCUS has of a posting: itself, or a payment ahead and the part of it that is used up.

    A purchase that covers later months has no effective cost, so a contract whose book differs
    from its bill is two rows: the payment, and the month's share as usage.
    """
    if posting.charge is not Charge.CONTRACT or posting.billed == posting.effective:
        return (posting,)
    none = Money(Decimal(0), posting.billed.currency)
    used = replace(posting, charge=Charge.WEAR, billed=none)
    if not posting.billed.amount:
        return (used,)
    return replace(posting, effective=none, economic=none), used
