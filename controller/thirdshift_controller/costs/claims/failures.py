"""P11 and P12: how often GPUs fail, and whether three people can be there when they do."""

from __future__ import annotations

from math import ceil, expm1

from thirdshift_controller.costs.claims.claim import Claim, Finding
from thirdshift_controller.costs.claims.facts import ClaimFacts
from thirdshift_controller.costs.claims.poisson import interval
from thirdshift_controller.costs.claims.saying import Saying
from thirdshift_controller.costs.percent import percent
from thirdshift_controller.costs.tco.activity import HOURS_PER_YEAR

P11 = Saying("P11", "GPUs fail every day.")
P12 = Saying("P12", "Three people in three shifts repair them on site.")


def every_day(facts: ClaimFacts) -> Claim:
    """P11: one a day or more, at the sure end of the rate."""
    if not facts.failures:
        return P11.untested("failures of GPUs, day by day")
    days, gpus = len(facts.failures), facts.plan.activity.gpus
    count = sum(facts.failures)
    rate = count / days
    low, high = (bound / days for bound in interval(count))
    sizes = f"one a day takes {gpus / rate:,.0f} GPUs" if rate else "none failed"
    return P11.judged(
        _daily(low, high),
        f"{count} in {days} days: {rate:.2f} a day (95 % sure: {low:.2f} to {high:.2f}), one or"
        f" more on {percent(-expm1(-rate))} of days; {_seen(facts.failures)} had one.",
        f"At this rate {sizes}; we have {gpus:,}.",
    )


def _daily(low: float, high: float) -> Finding:
    if low >= 1:
        return Finding.CONFIRMED
    return Finding.DENIED if high < 1 else Finding.DEPENDS


def _seen(failures: tuple[int, ...]) -> str:
    return percent(sum(each > 0 for each in failures) / len(failures))


def three_people(facts: ClaimFacts) -> Claim:
    """P12: their net hours over the hours of a year."""
    heads, net = facts.figure("claimed_heads"), facts.figure("net_hours")
    covered, seat = heads * net / HOURS_PER_YEAR, HOURS_PER_YEAR / net
    measured = facts.covered_ratio
    ours = "" if measured is None else f" Our rota covers {percent(measured)} of the month."
    return P12.judged(
        Finding.CONFIRMED if covered >= 1 else Finding.DENIED,
        f"{heads} people at {net:,} net hours cover {percent(covered)} of the year; a seat around"
        f" the clock takes {seat:.3f}.{ours}",
        f"Three are enough for {heads * net:,} hours a year; all {HOURS_PER_YEAR:,} take"
        f" {ceil(seat)}.",
    )
