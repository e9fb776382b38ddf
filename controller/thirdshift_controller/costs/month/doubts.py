"""What a reader must know before trusting the month: what is missing, guessed, old or left out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from thirdshift_controller.costs.books.file import CostsFile
from thirdshift_controller.costs.books.ledger import service_end
from thirdshift_controller.costs.market.prices import (
    AMBER_AFTER_DAYS,
    RED_AFTER_DAYS,
    Freshness,
    PurchaseOption,
    Quote,
)
from thirdshift_controller.costs.usage.hours import Energy, GpuHours, Window

_WHOLE_MONTH_RATIO = 0.9995
_MODELLED_RATIO = 0.01
_APART_RATIO = 0.01
_HOUR_SECONDS = 3600.0
_DAY_SECONDS = 86400.0


class Weight(StrEnum):
    """How much a doubt matters."""

    WARNING = "warning"
    """Some figure is wrong or missing because of it."""
    NOTE = "note"
    """How a figure is to be read."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """One thing to know, in a sentence."""

    weight: Weight
    text: str


def about_window(window: Window) -> Iterator[Doubt]:
    """Whether the whole month was watched."""
    if window.covered_ratio < _WHOLE_MONTH_RATIO:
        covered, whole = window.covered_seconds / _DAY_SECONDS, window.month.seconds / _DAY_SECONDS
        yield _warning(
            f"The figures cover {covered:.1f} of the month's {whole:.1f} days; costs by the month"
            " are charged for that share."
        )
    if window.gap_seconds >= _HOUR_SECONDS:
        yield _warning(
            f"{window.gap_seconds / _HOUR_SECONDS:.1f} hours between the first record and the last"
            " are missing."
        )


def about_energy(energy: Energy) -> Iterator[Doubt]:
    """Whether energy was metered."""
    modelled = energy.modelled_ratio
    if modelled is None:
        yield _warning("No energy was recorded, so electricity is missing from the cost.")
    elif modelled > 0:
        yield (_warning if modelled > _MODELLED_RATIO else _note)(
            f"{energy.modelled_kwh:,.0f} kWh ({modelled:.1%} of the energy) are modelled: no"
            " counter could be read, so the last known power stands in."
        )
    yield _note(
        "Energy is what the GPUs' own counters saw. Hosts, fans and switches are not in it; their"
        " electricity is in the cost only where the costs file has it as a monthly item."
    )


def about_downtime(hours: GpuHours, accounted: float) -> Iterator[Doubt]:
    """Whether incidents account for the hours that were not available."""
    apart = hours.lost - accounted
    if apart > _APART_RATIO * hours.lost:
        yield _note(
            f"{apart:,.1f} of the {hours.lost:,.1f} GPU-hours that were not available belong to no"
            " incident: nodes that missed polls, or GPUs lost before anybody noticed."
        )
    elif apart < -_APART_RATIO * hours.lost:
        yield _note(
            f"Incidents add up to {accounted:,.1f} GPU-hours, more than the {hours.lost:,.1f} that"
            " were not available: faults overlapped on one GPU."
        )


def about_costs(costs: CostsFile, window: Window) -> Iterator[Doubt]:
    """Assets that cost nothing in this month, though they are in the file."""
    today = window.last_day
    for asset in costs.assets:
        if asset.bought_on > today:
            yield _note(f"{asset.name}: bought on {asset.bought_on}, so not in this month's cost.")
        elif service_end(asset) <= today:
            yield _note(
                f"{asset.name}: past its life since {service_end(asset)}, so it costs nothing more."
            )


def about_prices(gpu_model: str, quotes: Sequence[Quote]) -> Iterator[Doubt]:
    """Whether the cloud's side can be trusted."""
    if not quotes:
        yield _warning(f"The price table knows no price of {gpu_model} by this month.")
        return
    rivals = [q for q in quotes if q.row.purchase_option is PurchaseOption.ON_DEMAND]
    amber = sum(quote.decides and quote.freshness is Freshness.AMBER for quote in rivals)
    aside = sum(not quote.decides for quote in rivals)
    if amber:
        yield _warning(
            f"{amber} of {len(rivals)} on-demand prices are over {AMBER_AFTER_DAYS} days old."
        )
    if aside:
        yield _note(
            f"{aside} of {len(rivals)} on-demand prices are shown and not counted: over"
            f" {RED_AFTER_DAYS} days old, or an average that somebody published."
        )
    yield _note(
        "Cloud prices are list prices of single providers. Size, network, region and service level"
        " differ, and discounts for commitment are not in them."
    )
    if not any(quote.row.purchase_option is PurchaseOption.RESERVED for quote in quotes):
        yield _note(
            "No dated price of reserved capacity is known, and a contract of a year would be the"
            " closest rival of owning."
        )


def _warning(text: str) -> Doubt:
    return Doubt(Weight.WARNING, text)


def _note(text: str) -> Doubt:
    return Doubt(Weight.NOTE, text)
