"""What a reader must know before trusting the month: what is missing, guessed, old or left out."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from thirdshift_controller.costs.books.books import Asset, Books
from thirdshift_controller.costs.ledger.life import after_months
from thirdshift_controller.costs.market.quotes import (
    AMBER_AFTER_DAYS,
    RED_AFTER_DAYS,
    Freshness,
    Quote,
)
from thirdshift_controller.costs.market.record import PurchaseOption
from thirdshift_controller.costs.percent import percent
from thirdshift_controller.costs.power.figures import EnergyFigures
from thirdshift_controller.costs.usage.totals import NodeUse, Use
from thirdshift_controller.costs.usage.watch import Window

_WHOLE_MONTH_RATIO = 0.9995
_MODELLED_RATIO = 0.01
_SCHEDULED_RATIO = 0.99
_APART_RATIO = 0.01
_BILL_APART_RATIO = 0.05
_STALE_RATE_DAYS = 45
_NAMED = 5
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


def in_order(found: Iterable[Doubt]) -> tuple[Doubt, ...]:
    """Warnings first, each group in the order in which it was found."""
    return tuple(sorted(found, key=lambda doubt: doubt.weight is Weight.NOTE))


def about_window(window: Window | None) -> Iterator[Doubt]:
    """Whether the whole month was watched."""
    if window is None:
        yield _warning("Not one hour of this month was recorded.")
        return
    if window.covered_ratio < _WHOLE_MONTH_RATIO:
        covered, whole = window.covered_seconds / _DAY_SECONDS, window.month.seconds / _DAY_SECONDS
        yield _warning(
            f"{covered:.1f} of the month's {whole:.1f} days were watched: GPU-hours, downtime and"
            " showback are of these days; prices take the rest to have been the same."
        )
    if window.gap_seconds >= _HOUR_SECONDS:
        yield _warning(
            f"{window.gap_seconds / _HOUR_SECONDS:.1f} hours between the first record and the last"
            " are missing."
        )


def about_use(use: Use, accounted: float) -> Iterator[Doubt]:
    """Whether allocation is known, and whether incidents account for the hours lost."""
    if use.installed and use.allocated_hours is None:
        yield _note("No scheduler was read, so nothing is known of allocated and idle hours.")
    elif use.scheduled < _SCHEDULED_RATIO * use.installed:
        yield _warning(
            f"A scheduler was read for {percent(use.scheduled / use.installed, 1)} of GPU-hours;"
            " the others count as idle, so allocated hours are told too few and too dear."
        )
    apart = use.lost - accounted
    if apart > _APART_RATIO * use.lost:
        yield _note(
            f"{apart:,.1f} of the {use.lost:,.1f} GPU-hours that were not available belong to no"
            " incident: nodes that missed polls, or GPUs lost before anybody noticed."
        )
    elif apart < -_APART_RATIO * use.lost:
        yield _note(
            f"Incidents add up to {accounted:,.1f} GPU-hours, more than the {use.lost:,.1f} that"
            " were seen not to be available: faults overlapped on one GPU, or lasted through hours"
            " that nobody watched."
        )


def about_strangers(recorded: Sequence[NodeUse], known: Collection[str]) -> Iterator[Doubt]:
    """Nodes that have records and stand in no rack of the site's file."""
    strangers = [one.node for one in recorded if one.node not in known]
    if strangers:
        named = ", ".join(strangers[:_NAMED])
        more = f" and {len(strangers) - _NAMED} more" if len(strangers) > _NAMED else ""
        yield _warning(
            f"{named}{more}: recorded in this month and not in the site's file any more; their"
            " hours and energy are in the month, their rack is not."
        )


def about_energy(energy: EnergyFigures) -> Iterator[Doubt]:
    """Whether energy was metered, and whether the bill agrees."""
    if not energy.it_kwh:
        yield _warning("No energy was recorded, so electricity is missing from the cost.")
        return
    modelled = energy.it_modelled_kwh / energy.it_kwh
    if modelled:
        yield (_warning if modelled > _MODELLED_RATIO else _note)(
            f"{energy.it_modelled_kwh:,.0f} kWh ({percent(modelled, 1)}) of IT energy are modelled:"
            " of switches and storage, of nodes whose power was not read, and of hours that nobody"
            " watched."
        )
    if not energy.pue_measured:
        yield _note(f"PUE is an assumption ({energy.pue}); no meter of the hall was read.")
    if energy.billed_kwh is not None:
        apart = energy.facility_kwh / energy.billed_kwh - 1 if energy.billed_kwh else 1.0
        if abs(apart) > _BILL_APART_RATIO:
            side = "over" if apart > 0 else "under"
            yield _warning(f"Our kWh are {percent(abs(apart), 1)} {side} what the supplier billed.")


def about_books(books: Books, remarks: Sequence[str], last_day: date) -> Iterator[Doubt]:
    """What is odd in the books; assets that cost nothing in this month; old rates."""
    yield from (_note(remark) for remark in remarks)
    for asset in books.assets:
        yield from _about_asset(asset, last_day)
    known = [rate for rate in books.exchange.rates if rate.on <= last_day]
    if known and (last_day - known[-1].on).days > _STALE_RATE_DAYS:
        yield _note(f"The last rate of exchange is of {known[-1].on}.")


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


def _about_asset(asset: Asset, last_day: date) -> Iterator[Doubt]:
    if asset.in_service_on > last_day:
        yield _note(f"{asset.name}: in service on {asset.in_service_on}, so not in this cost.")
    if after_months(asset.in_service_on, asset.life_months) <= last_day.replace(day=1):
        yield _note(f"{asset.name}: past its life, so it costs nothing more.")


def _warning(text: str) -> Doubt:
    return Doubt(Weight.WARNING, text)


def _note(text: str) -> Doubt:
    return Doubt(Weight.NOTE, text)
