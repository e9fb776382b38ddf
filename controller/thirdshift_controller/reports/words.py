"""How figures read on paper: the templates' filters, the same for Markdown and HTML.

What cannot be said is never a number: it reads as "not known".
"""

from __future__ import annotations

import re
from calendar import month_name
from datetime import datetime
from decimal import Decimal

from jinja2 import Environment, PackageLoader, StrictUndefined

from thirdshift_controller.costs.calendar import Month
from thirdshift_controller.costs.market.comparison import Answer
from thirdshift_controller.costs.market.prices import (
    DECIDING,
    CloudPrice,
    Freshness,
    PurchaseOption,
    Quote,
)
from thirdshift_controller.costs.money import Money
from thirdshift_controller.costs.usage.downtime import Downtime

UNKNOWN = "not known"
_ANSWERS = {
    Answer.YES: "Yes",
    Answer.ONLY_IF_BUSIER: "Only if the GPUs are kept busier",
    Answer.NO: "No",
    Answer.UNKNOWN: "Cannot be said",
}
_SPOKEN = {
    "gpu": "GPUs",
    "server": "servers",
    "list": "list price",
    "index": "average",
    "blog": "hearsay",
    "detect": "being detected",
    "remote": "remote remedies",
    "people": "people",
    "hands": "hands at work",
    "verify": "proof",
}


def environment(*, autoescape: bool) -> Environment:
    """The templates with these filters; an unknown name in one is an error."""
    templates = Environment(
        loader=PackageLoader("thirdshift_controller.reports"),
        undefined=StrictUndefined,
        autoescape=autoescape,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    ours = (
        answer,
        cell,
        count,
        counted,
        hours,
        money,
        number,
        offer,
        percent,
        price,
        quoted,
        repairs,
        spoken,
        title,
        unbroken,
        when,
    )
    templates.filters.update({one.__name__: one for one in ours})
    return templates


def answer(value: Answer) -> str:
    """A verdict's answer in words."""
    return _ANSWERS[value]


def cell(text: object) -> str:
    """Somebody's text inside a Markdown table."""
    plain = " ".join(str(text).split())
    return plain.replace("&", "&amp;").replace("<", "&lt;").replace("|", "\\|")


def count(quantity: float, singular: str, plural: str) -> str:
    """`1 incident`, `2 incidents`."""
    return f"{quantity:,} {singular if quantity == 1 else plural}"


def counted(quote: Quote) -> str:
    """Whether the band counts a price, and where not, why."""
    row = quote.row
    if row.purchase_option is not PurchaseOption.ON_DEMAND:
        return "no, other terms"
    if row.quality not in DECIDING:
        return f"no, {spoken(row.quality).lower()}"
    return {Freshness.FRESH: "yes", Freshness.AMBER: "yes, ageing", Freshness.RED: "no, too old"}[
        quote.freshness
    ]


def money(value: Money | None) -> str:
    """An amount: in whole units of its currency, unless it is a small one."""
    return UNKNOWN if value is None else value.shown(2 if abs(value.amount) < 10 else 0)


def price(value: Money | None, places: int = 2) -> str:
    """The price of one GPU-hour."""
    return UNKNOWN if value is None else value.shown(places)


def quoted(value: Money) -> str:
    """Somebody else's price, as it was asked: never rounded, two places at least."""
    places = -int(value.amount.normalize().as_tuple().exponent)
    return value.shown(max(places, 2))


def repairs(downtime: Downtime) -> str:
    """How many incidents there were and how long they took, in a sentence."""
    ended, mean = downtime.ended, downtime.mean_hours_to_repair
    whole = count(downtime.whole.incidents, "incident", "incidents")
    if mean is None:
        return f"{whole}, none of them ended." if downtime.whole.incidents else f"{whole}."
    return f"{whole}; mean time to repair {hours(mean)} hours, over the {ended:,} that ended."


def hours(value: float | None) -> str:
    """Hours, or GPU-hours; the fewer, the finer."""
    return UNKNOWN if value is None else f"{value:,.{1 if abs(value) < 100 else 0}f}"


def number(value: float | None, places: int = 0) -> str:
    """A quantity; its unit stands in the template."""
    return UNKNOWN if value is None else f"{value:,.{places}f}"


def offer(row: CloudPrice) -> str:
    """What is rented, and where if that is known."""
    return f"{row.sku}, {row.region}" if row.region else row.sku


def percent(ratio: float | Decimal | None, places: int = 1) -> str:
    """A ratio as a percentage."""
    return UNKNOWN if ratio is None else f"{ratio:.{places}%}"


def spoken(word: str) -> str:
    """A word of one of our sets, as people write it at the start of a line."""
    words = _SPOKEN.get(word, word.replace("_", " "))
    return words[:1].upper() + words[1:]


def title(month: Month) -> str:
    """`November 2026`."""
    return f"{month_name[month.number]} {month.year}"


def unbroken(text: str) -> str:
    """With currency and amount kept on one line."""
    return re.sub(r"\b([A-Z]{3}) (?=\d)", "\\1\N{NO-BREAK SPACE}", text)


def when(at: datetime, month: Month) -> str:
    """An instant as the site's clocks showed it."""
    return f"{at.astimezone(month.timezone):%Y-%m-%d %H:%M}"
