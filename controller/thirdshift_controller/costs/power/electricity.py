"""Energy priced by the tariff of its hour: a month's postings, one for each part of each tariff.

What a meter showed and what was modelled are apart. Prices by the month are posted by the share of
the month's hours that there are figures for.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import groupby

from thirdshift_controller.costs.calendar import Month
from thirdshift_controller.costs.money import Money
from thirdshift_controller.costs.posting import Charge, Line, Posting, paid
from thirdshift_controller.costs.power.errors import UnpricedError
from thirdshift_controller.costs.power.figures import FacilityHour
from thirdshift_controller.costs.power.parts.stretch import Part, Stretch
from thirdshift_controller.costs.power.power import Power, Tariff


def electricity(
    power: Power, hours: Sequence[FacilityHour], month: Month, known_on: date
) -> tuple[Posting, ...]:
    """What the hours of a month cost by what was published on a day, in the file's currency.

    `hours` are of that month, oldest first, as `facility_hours` gives them. Raises `UnpricedError`
    where the files do not say what something cost.
    """

    def tariff_of(hour: FacilityHour) -> Tariff:
        return power.tariff_on(hour.hour_at.astimezone(month.timezone).date())

    postings: list[Posting] = []
    for tariff, under_it in groupby(hours, key=tariff_of):
        stretch = stretch_of(tariff, under_it, month, known_on)
        for part in tariff.parts:
            postings += _postings(power.hall.currency, tariff, part, stretch)
    return tuple(postings)


def stretch_of(
    tariff: Tariff, hours: Iterable[FacilityHour], month: Month, known_on: date
) -> Stretch:
    """The hours as the parts of a tariff take them.

    Raises `UnpricedError` where the tariff lists holidays, but none of the month's year.
    """
    if tariff.holidays and month.year not in {day.year for day in tariff.holidays}:
        raise UnpricedError(
            f"{tariff.origin.file}, line {tariff.origin.line}: holidays: none of {month.year} is"
            " listed; add that year's"
        )
    return Stretch(tuple(hours), month, tariff.holidays, known_on)


def _postings(currency: str, tariff: Tariff, part: Part, stretch: Stretch) -> Iterator[Posting]:
    """What meters vouch for, then what they do not; none for no quantity."""
    reckoning = part.reckon(stretch)
    for modelled in (False, True):
        quantity, amount = reckoning.quantity(modelled), reckoning.amount(modelled)
        if quantity:
            yield Posting(
                line=Line.ELECTRICITY,
                charge=Charge.METERED,
                what=part.name,
                from_at=stretch.from_at,
                to_at=stretch.to_at,
                quantity=quantity,
                unit=reckoning.unit,
                supplier=tariff.supplier,
                origin=reckoning.origin,
                working=reckoning.working(modelled),
                modelled=modelled,
                **paid(Money(amount, currency)),
            )
