"""M11 and M12: what twice the compute costs from one chip to the next, and as years go by."""

from __future__ import annotations

from decimal import Decimal
from math import exp, log, log2

from thirdshift_controller.costs.claims.claim import Claim, Finding
from thirdshift_controller.costs.claims.facts import ClaimFacts, PastPrice
from thirdshift_controller.costs.claims.published import Generation
from thirdshift_controller.costs.claims.saying import Saying
from thirdshift_controller.costs.percent import percent

PER_DOUBLING = (1.3, 1.5)
"""What "about 1.4" may be."""
SHORTEST_MONTHS = 6
LONG_RUN_MONTHS = 36
_DAYS_PER_YEAR = 365.25
_DAYS_PER_MONTH = _DAYS_PER_YEAR / 12
_PETA = 1000

M11 = Saying(
    "M11",
    "In a fair market twice the compute costs the same; under a monopoly, for a time, about 1.4"
    " times as much.",
)
M12 = Saying("M12", "In the long run compute gets steadily cheaper.")


def price_per_doubling(facts: ClaimFacts, pair: Generation) -> float:
    """What a price is multiplied by for each doubling of dense BF16 compute."""
    return exp(log(pair.price_after / pair.price_before) / _doublings(facts, pair))


def monopoly(facts: ClaimFacts) -> Claim:
    """M11: by purchase, with the range of rents beside it."""
    bought = [pair for pair in facts.generations if pair.purchase]
    rented = [price_per_doubling(facts, pair) for pair in facts.generations if not pair.purchase]
    if not bought:
        return M11.untested("purchase prices of two generations on one day")
    pair = bought[-1]
    found = price_per_doubling(facts, pair)
    low, high = PER_DOUBLING
    least, most = (
        float(pair.price_before) * bound ** _doublings(facts, pair) for bound in PER_DOUBLING
    )
    rents = f"; by rent {min(rented):.2f} to {max(rented):.2f}" if rented else ""
    return M11.judged(
        Finding.CONFIRMED if low <= found <= high else Finding.DENIED,
        f"By purchase {found:.2f} times per doubling ({pair.pair}, {pair.price_before:,} to"
        f" {pair.price_after:,}){rents}.",
        f"By purchase it holds for a successor at {least:,.0f} to {most:,.0f}.",
    )


def cheaper_by_year(facts: ClaimFacts) -> Claim:
    """M12: the slope of the logarithm of one series of prices."""
    points = facts.prices
    days = (points[-1].on - points[0].on).days if points else 0
    if days < SHORTEST_MONTHS * _DAYS_PER_MONTH:
        return M12.untested(f"prices of one series over {SHORTEST_MONTHS} months at least")
    yearly = exp(_slope(points)) - 1
    first, last = points[0], points[-1]
    return M12.judged(
        Finding.DENIED if yearly >= 0 else Finding.CONFIRMED,
        f"{percent(yearly)} a year: {first.price.shown()} on {first.on}, {last.price.shown()} on"
        f" {last.on}{_per_pflop(facts, first, last)}.",
        f"Of these {days / _DAYS_PER_MONTH:.0f} months; the long run takes {LONG_RUN_MONTHS}, so it"
        " stays open.",
    )


def _doublings(facts: ClaimFacts, pair: Generation) -> float:
    faster = facts.figure(f"tflops_{pair.after}") / facts.figure(f"tflops_{pair.before}")
    return log2(faster)


def _slope(points: tuple[PastPrice, ...]) -> float:
    """Least squares of the logarithm of the price over the years."""
    years = [(point.on - points[0].on).days / _DAYS_PER_YEAR for point in points]
    logs = [log(point.price.amount) for point in points]
    middle, level = sum(years) / len(years), sum(logs) / len(logs)
    rise = sum((at - middle) * (value - level) for at, value in zip(years, logs, strict=True))
    return rise / sum((at - middle) ** 2 for at in years)


def _per_pflop(facts: ClaimFacts, first: PastPrice, last: PastPrice) -> str:
    """Both by the speed of the GPU that they are asked for; nothing where that is not published."""
    speed = facts.figures.get(f"tflops_{facts.gpu_model}".lower())
    if speed is None:
        return ""
    then, now = (one.price * (Decimal(_PETA) / speed.value) for one in (first, last))
    return f"; {then.shown()} to {now.shown()} a PFLOP-hour"
