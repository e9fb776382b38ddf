"""How far each driver may be off: the site's own ranges, and the bundled ones for the rest."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from importlib.resources import files
from pathlib import Path

from thirdshift_controller.config import ConfigError
from thirdshift_controller.costs.books.books import Range
from thirdshift_controller.costs.tco.drivers import BY_NAME, DRIVERS, Driver
from thirdshift_controller.costs.tco.plan import Plan

BUNDLED = Path(str(files("thirdshift_controller.costs.tco") / "ranges.csv"))


@dataclass(frozen=True, slots=True)
class Usual:
    """A range for any site."""

    driver: str
    low: Decimal
    high: Decimal
    of_now: bool
    """Whether both are multiples of what the value is now."""
    source: str


@dataclass(frozen=True, slots=True)
class Span:
    """How far one driver goes in one plan."""

    driver: Driver
    low: Decimal
    high: Decimal


def usual_ranges(path: Path = BUNDLED) -> tuple[Usual, ...]:
    """The bundled table."""
    with path.open(encoding="utf-8", newline="") as file:
        return tuple(
            Usual(
                row["driver"],
                Decimal(row["low"]),
                Decimal(row["high"]),
                row["of_now"] == "yes",
                row["source"],
            )
            for row in csv.DictReader(file)
        )


def spans(plan: Plan, own: tuple[Range, ...], usual: tuple[Usual, ...]) -> tuple[Span, ...]:
    """One span for each driver that the plan has, the site's own before the usual one.

    Raises `ConfigError` naming every range of the site's that cannot be.
    """
    wrong = [problem for each in own for problem in _problems(plan, each)]
    if wrong:
        raise ConfigError("\n".join(wrong))
    ours = {each.driver: Span(BY_NAME[each.driver], each.low, each.high) for each in own}
    for_all = {each.driver: each for each in usual}
    return tuple(
        ours.get(driver.name) or _usual(driver, now, driver.least(plan), for_all[driver.name])
        for driver in DRIVERS
        if (now := driver.now(plan)) is not None and driver.name in {*ours, *for_all}
    )


def _usual(driver: Driver, now: Decimal, least: Decimal, usual: Usual) -> Span:
    times = now if usual.of_now else Decimal(1)
    return Span(driver, max(usual.low * times, least), max(usual.high * times, least))


def _problems(plan: Plan, own: Range) -> Iterator[str]:
    driver = BY_NAME.get(own.driver)
    place = f"{own.origin.file}, line {own.origin.line}: ranges"
    if driver is None:
        yield f'{place}: "{own.driver}" is no driver; write one of {", ".join(BY_NAME)}'
    elif own.low > own.high:
        yield f"{place}: low of {own.driver} is more than its high; exchange them"
    elif own.low < driver.least(plan) or own.high > driver.most:
        yield f"{place}: {own.driver} must be {_bounds(plan, driver)}"


def _bounds(plan: Plan, driver: Driver) -> str:
    least = driver.shown(driver.least(plan))
    if driver.most.is_finite():
        return f"between {least} and {driver.shown(driver.most)}"
    return f"{least} or more"
