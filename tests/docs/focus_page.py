"""`docs/focus.md`, made of the tables that the file is written from."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from thirdshift_controller.reports.data.focus_columns import (
    COLUMNS,
    EXTENSIONS,
    TAG_PREFIX,
    Column,
    FocusVersion,
    columns,
)
from thirdshift_controller.reports.data.focus_words import CHARGES, SERVICES
from thirdshift_controller.reports.data.parquet import DIGITS, PLACES

TEXT = """\
# A month as FOCUS

FOCUS is the FinOps Foundation's layout for rows of cost: what a cloud's bill and a site's own books
have in common, so that one tool reads both. Each posting of a month is a row. This page is made of
the tables that the file is written from; a test holds it to them.

| file | is |
| --- | --- |
| `2026-10.focus.csv` | FOCUS 1.2: {new} columns, ours last |
| `2026-10.focus.parquet` | the same, typed; needs `pip install 'thirdshift[controller,parquet]'` |

`thirdshift-controller report 2026-10 --config controller.toml` writes both, beside
[the others](exports.md). The form of FOCUS 1.0, each of its columns in it, is made by
`focus_csv(figures, FocusVersion.V1_0)` of `reports/data/focus.py`; no command writes it.

Three columns are the three ledgers, and add up to them to the last digit:

| column | ledger | is |
| --- | --- | --- |
| `BilledCost` | cash | what was asked for in the month |
| `EffectiveCost` | book | what accounting spreads over a life |
| `x_EconomicCost` | economic | what the month really cost: value lost and money bound |

Decimals are plain and have every digit of the books. Parquet has {digits} digits, {places} of
them behind the point; its times are typed, in UTC.

A node that is bought is a Purchase with no effective cost, and each month of its life is Usage that
was paid for. A contract that is paid ahead is two rows for the same reason: the payment, and the
month's share of it. Where a closed month is restated, the row is a Correction; its charge period is
in that month and its billing period is the month that the row is reported with.

## How a charge is told

| our charge | ChargeCategory | ChargeFrequency |
| --- | --- | --- |
{charges}

## Where a line belongs

FOCUS has no category for energy, halls or people, so these are `Other`, and `x_CostLine` tells them
apart.

| our line | ServiceCategory | ServiceSubcategory | ServiceName |
| --- | --- | --- | --- |
{lines}

## Columns

*Mandatory* ones are in every file. A *conditional* one that does not apply to metal of one's own is
left out of 1.2.

| column | FOCUS has it | since | what we write |
| --- | --- | --- | --- |
{columns}

Keys of `Tags` begin with `{tag}`, since we give them and no user does.

## Columns of ours

| column | what we write |
| --- | --- |
{extensions}

The price of an available GPU-hour, from the file alone:
`sum(x_EconomicCost / x_GpuHoursAvailable)` over the rows that are no `Correction`.

## Who checks it

`focus_check` holds a file against the rules that a site's rows can break: the 21 columns, what may
be empty, plain numbers, instants in UTC, FOCUS's words, which category goes with which frequency,
quantity and cost. The FinOps Foundation's own validator 1.0.0 checks the 1.0 form of the file in
our tests, offline and in an environment of its own. It knows nothing of 1.2; the validator that
does (2.x) needs Python 3.12.

## What is not in it

- No list prices and no SKUs: nobody publishes a price list for a site's own metal.
- No PricingCurrency: a bill in another currency is a row in that of the books; `x_Working` tells
  the rate.
- No invoice numbers in a column of their own: `x_Origin` names the bill and where the file has it.
"""


def page() -> str:
    """The whole text."""
    return TEXT.format(
        new=len(columns(FocusVersion.V1_2)),
        digits=DIGITS,
        places=PLACES,
        tag=TAG_PREFIX,
        charges=_rows((f"`{charge}`", *kind) for charge, kind in CHARGES.items()),
        lines=_rows((f"`{line}`", *service) for line, service in SERVICES.items()),
        columns=_rows(map(_column, COLUMNS)),
        extensions=_rows((f"`{column.name}`", column.told) for column in EXTENSIONS),
    )


def _column(column: Column) -> Sequence[str]:
    told = (
        column.told
        if column.write or column.told.startswith("empty")
        else f"nothing: {column.told}"
    )
    return f"`{column.name}`", column.level.value, column.since, told


def _rows(rows: Iterable[Sequence[str]]) -> str:
    return "\n".join(f"| {' | '.join(cells)} |" for cells in rows)
