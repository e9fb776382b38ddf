"""How figures read: one way for each kind, on every page and in every form of the report.

What cannot be said is never a number: it reads as "not known".
"""

from __future__ import annotations

from calendar import month_name
from datetime import date, datetime
from decimal import Decimal

from thirdshift_controller.costs.calendar import Month
from thirdshift_controller.costs.market.comparison import Answer
from thirdshift_controller.costs.money import Money
from thirdshift_controller.costs.posting import Line

UNKNOWN = "not known"
MINUS = "\N{MINUS SIGN}"
DASH = "\N{EN DASH}"
"""In a table: there was none."""
PRICE_PLACES = 3
"""Of a GPU-hour in a table; in sentences and charts two are enough."""

_ANSWERS = {
    Answer.YES: "Owning beats renting",
    Answer.ONLY_IF_BUSIER: "Owning pays only if the GPUs are kept busier",
    Answer.NO: "Renting beats owning",
    Answer.UNKNOWN: "Owning or renting: it cannot be said",
}
_LINES = {
    Line.GPU_CARDS: "GPU cards",
    Line.NODES: "Nodes without cards",
    Line.OPTICS: "Optics and cables",
    Line.RACKS: "Racks, power distribution, management",
    Line.SPARES: "Spares",
    Line.INSTALL: "Installation and burn-in",
    Line.PLANT: "Own power plant",
    Line.COLO: "Colocation",
    Line.SUPPORT: "Hardware support",
    Line.TRANSIT: "Network transit",
}
_SHORT_LINES = {Line.RACKS: "Racks and power"}
_CAUSES = {
    "price": "Price",
    "volume": "Volume",
    "efficiency": "Efficiency",
    "exchange": "Exchange",
    "rest": "The rest",
}
_PHASES = {
    "detect": "Being detected",
    "remote": "Remote remedies",
    "drain": "Jobs draining",
    "people": "Waiting for people",
    "hands": "Hands at work",
    "verify": "Proof",
}


def answer(value: Answer) -> str:
    """A verdict in a few words."""
    return _ANSWERS[value]


def line(value: Line) -> str:
    """What money goes to, as people call it."""
    return _LINES.get(value, sentence(value))


def short_line(value: Line) -> str:
    """The same where there is little room."""
    return _SHORT_LINES.get(value, line(value))


def cause(name: str) -> str:
    """One step of a variance: a cause, or a line that was not planned."""
    if name in set(Line):
        return short_line(Line(name))
    return _CAUSES.get(name, name)


def phase(name: str) -> str:
    """What a repair waited for."""
    return _PHASES.get(name, sentence(name))


def sentence(word: str) -> str:
    """A word of one of our sets, at the start of a line."""
    return opening(word.replace("_", " "))


def opening(text: str) -> str:
    """A text as it was written, at the start of a line."""
    return text[:1].upper() + text[1:]


def money(value: Money | None) -> str:
    """`USD 1,792,205`: whole units of the currency."""
    return UNKNOWN if value is None else f"{value.currency} {amount(value)}"


def price(value: Money | None) -> str:
    """`USD 2.43`: what one of something costs."""
    return UNKNOWN if value is None else f"{value.currency} {amount(value, 2)}"


def amount(value: Money | None, places: int = 0) -> str:
    """The figure alone, where the currency stands at the head of the column."""
    return UNKNOWN if value is None else number(value.amount, places)


def change(value: Money | None, places: int = 0) -> str:
    """The same with its sign."""
    return UNKNOWN if value is None else number(value.amount, places, sign="+")


def number(value: float | Decimal | None, places: int = 0, *, sign: str = "-") -> str:
    """A quantity with its thousands apart, half to even; `sign` as in a format."""
    if value is None:
        return UNKNOWN
    exact = value if isinstance(value, Decimal) else Decimal(repr(float(value)))
    rounded = Decimal(f"{exact:.{places}f}")
    rounded = rounded if rounded else abs(rounded)
    return f"{rounded:{sign if rounded else '-'},f}".replace("-", MINUS)


def percent(ratio: float | Decimal | None, places: int = 1) -> str:
    """A ratio in hundredths: `97.0 %`."""
    if ratio is None:
        return UNKNOWN
    exact = ratio if isinstance(ratio, Decimal) else Decimal(repr(ratio))
    return f"{number(exact * 100, places)} %"


def ratio(part: float, whole: float) -> float | None:
    """A part of a whole; `None` of nothing."""
    return part / whole if whole else None


def count(quantity: int, singular: str, plural: str) -> str:
    """`1 incident`, `2 incidents`."""
    return f"{quantity:,} {singular if quantity == 1 else plural}"


def listed(words: list[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    *first, last = words
    return f"{', '.join(first)} and {last}" if first else last


def title(month: Month) -> str:
    """`October 2026`."""
    return f"{month_name[month.number]} {month.year}"


def day(value: date | None) -> str:
    """`2026-10-31`."""
    return "no date" if value is None else value.isoformat()


def when(at: datetime, month: Month) -> str:
    """An instant as the site's clocks showed it."""
    return f"{at.astimezone(month.timezone):%Y-%m-%d %H:%M}"
