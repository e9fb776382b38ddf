"""Page 6: how busy the GPUs must be for owning to pay, against each rent."""

from __future__ import annotations

from collections.abc import Sequence

from thirdshift_controller.costs.money import Money
from thirdshift_controller.costs.month.figures import MonthFigures
from thirdshift_controller.costs.tco.outlook import Rival
from thirdshift_controller.reports.blocks import (
    Chart,
    Page,
    Paragraph,
    Row,
    Table,
    Tone,
    Toned,
    right,
    wide,
)
from thirdshift_controller.reports.charts.break_even import break_even
from thirdshift_controller.reports.wording import (
    PRICE_PLACES,
    amount,
    number,
    percent,
    price,
)

TITLE = "When owning pays"
UPPER_BOUND = (
    "A list price would have to hold for the whole life for these margins, paybacks and returns to"
    " come true. Prices move, so each is an upper bound and not a forecast. Margin and break-even"
    " use count capital by the year, payback, return and present value by monthly flows: near the"
    " edge the two need not agree."
)
_DRAWN = 4
"""Rents in the chart: more would hide the curve."""
_MILLION = 1_000_000


def page(figures: MonthFigures) -> Page:
    """The curve, and every rival."""
    own = figures.outlook.levels.available if figures.outlook else None
    if own is None:
        return Page(
            6, TITLE, "There is no own price over the life, so nothing to break even with.", ()
        )
    rivals = [one for one in figures.rivals if one.price.currency == own.currency]
    if not rivals:
        return Page(
            6, TITLE, "No rent is known in the currency of the books, so none is compared.", ()
        )
    used = figures.use.used_ratio
    blocks = (_chart(own, rivals, used), Paragraph(UPPER_BOUND), _table(rivals))
    return Page(6, TITLE, _lead(own, rivals, used), blocks)


def _lead(own: Money, rivals: Sequence[Rival], used: float | None) -> str:
    over_life = f"Over its life an available GPU-hour of our own costs {price(own)}."
    if used is None:
        return over_life
    beaten = sum(float(one.break_even_ratio) <= used for one in rivals)
    return (
        f"{over_life} At this month's {percent(used)} in use it beats {beaten} of the"
        f" {len(rivals)} rents."
    )


def _chart(own: Money, rivals: Sequence[Rival], used: float | None) -> Chart:
    lines = [(one.name, float(one.price.amount)) for one in _spread(rivals)]
    caption = (
        "The blue curve is what an hour in use costs when so many of the available hours are used;"
        " where it falls below an orange line, owning is cheaper than that rent."
    )
    spoken = "; ".join(f"{one.name}: {percent(one.break_even_ratio, 0)}" for one in rivals)
    drawn = break_even(float(own.amount), lines, used, own.currency)
    return Chart(drawn, caption, f"Break-even use: {spoken}.")


def _spread(rivals: Sequence[Rival]) -> list[Rival]:
    """The cheapest, the dearest, and some between them."""
    by_price = sorted(rivals, key=lambda one: one.price.amount)
    if len(by_price) <= _DRAWN:
        return by_price
    step = (len(by_price) - 1) / (_DRAWN - 1)
    return [by_price[round(place * step)] for place in range(_DRAWN)]


def _table(rivals: Sequence[Rival]) -> Table:
    currency = rivals[0].price.currency
    columns = (
        wide("Rent", 3),
        right(f"{currency} an hour"),
        right("Margin"),
        right("Break-even use"),
        right("Payback, months"),
        right("Return a year"),
        right(f"Present value, {currency} M"),
    )
    note = (
        "Margin: what the provider keeps if its costs are ours. Break-even use: the share of"
        " available hours from which owning is cheaper; over 100 % it never is."
    )
    return Table("", columns, tuple(_row(one) for one in rivals), note=note)


def _row(one: Rival) -> Row:
    never = one.break_even_ratio > 1
    return (
        one.name,
        amount(one.price, PRICE_PLACES),
        Toned(percent(one.margin_ratio, 0), Tone.BAD if one.margin_ratio < 0 else Tone.GOOD),
        Toned(percent(one.break_even_ratio, 0), Tone.BAD if never else Tone.PLAIN),
        "never" if one.payback_months is None else number(one.payback_months),
        "none found" if one.irr_ratio is None else percent(one.irr_ratio, 0),
        number(one.npv.amount / _MILLION, 1),
    )
