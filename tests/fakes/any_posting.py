"""Postings of any kind and any size, for laws."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import strategies as st

from fakes.priced_month import NOVEMBER, OCTOBER, posting
from thirdshift_controller.costs.money import Money
from thirdshift_controller.costs.posting import Charge, Line, Posting

DECIMALS = st.decimals(
    min_value=-(10**9), max_value=10**9, allow_nan=False, allow_infinity=False, places=None
)
MONEY = st.builds(Money, DECIMALS, st.just("USD"))
WORDS = st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"]), max_size=30)


@st.composite
def any_posting(draw: st.DrawFn) -> Posting:
    """A purchase has no book and no economic cost, whatever else is drawn."""
    charge = draw(st.sampled_from(Charge))
    corrects = draw(st.sampled_from(["", "2026-10"]))
    none = Money(Decimal(0), "USD")
    bought = charge is Charge.PURCHASE
    return posting(
        draw(st.sampled_from(Line)),
        charge,
        draw(MONEY),
        effective=none if bought else draw(MONEY),
        economic=none if bought else draw(MONEY),
        what=draw(WORDS),
        quantity=str(draw(DECIMALS)),
        unit=draw(st.sampled_from(["kWh", "Units", "GPUs", "kW-Months"])),
        month=OCTOBER if corrects else NOVEMBER,
        supplier=draw(WORDS),
        working=draw(WORDS),
        modelled=draw(st.booleans()),
        corrects=corrects,
    )


POSTINGS = st.lists(any_posting(), max_size=8)
