"""The month's figures, all of them, out of what was used, lost, paid and asked by others.

Pure: rows and files in, figures out. What cannot be said is `None`, with a doubt that says why.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import fields, replace
from datetime import date
from decimal import Decimal
from math import fsum
from typing import Any

from thirdshift_controller.costs.claims.judge import judge
from thirdshift_controller.costs.ledger.bills import billed_kwh
from thirdshift_controller.costs.money import total
from thirdshift_controller.costs.month import doubts
from thirdshift_controller.costs.month.account import Account, account
from thirdshift_controller.costs.month.advice import advice, peak_it_kw, reserved_kw
from thirdshift_controller.costs.month.ahead import look_ahead, price_per_kwh
from thirdshift_controller.costs.month.assumptions import assumptions
from thirdshift_controller.costs.month.beside import beside
from thirdshift_controller.costs.month.bridge import Electricity, bridge
from thirdshift_controller.costs.month.doubts import Doubt
from thirdshift_controller.costs.month.evidence import evidence
from thirdshift_controller.costs.month.figures import (
    Bridge,
    LineFigures,
    MonthAhead,
    MonthFigures,
    MonthLedger,
    MonthMarket,
    MonthUse,
)
from thirdshift_controller.costs.month.inputs import Accounts, Recorded
from thirdshift_controller.costs.month.levels import idle
from thirdshift_controller.costs.month.lines import budget_of, line_figures, movers, plan_of
from thirdshift_controller.costs.month.parts import by_model, by_rack, by_team
from thirdshift_controller.costs.month.staff import staff
from thirdshift_controller.costs.month.trend import costs_before, trend
from thirdshift_controller.costs.posting import Line, Posting
from thirdshift_controller.costs.power.facility import energy_figures
from thirdshift_controller.costs.power.figures import EnergyFigures
from thirdshift_controller.costs.usage.downtime import downtime


def month_figures(
    accounts: Accounts,
    recorded: Recorded,
    earlier: Sequence[MonthFigures] = (),
    corrections: Sequence[Posting] = (),
) -> MonthFigures:
    """Reckon a month. `earlier` are months already reckoned, for the trend and what moved.

    Raises `ConfigError` and `CurrencyError` where a file does not say enough.
    """
    ours = account(accounts, recorded, corrections)
    energy = energy_of(accounts, ours)
    market = beside(accounts, ours)
    used = use_of(accounts, recorded, ours, market, energy)
    figures = MonthFigures(
        **_named(ledger_of(accounts, ours, energy, earlier)),
        **_named(used),
        **_named(market),
        **_named(ahead_of(accounts, recorded, ours, market, energy)),
        site=accounts.site.name,
        gpus_installed=accounts.site.gpus_installed,
        month=recorded.month,
        currency=accounts.books.currency,
        closed=False,
        trend=(),
        assumptions=assumptions(accounts.books, accounts.power),
        doubts=doubts.in_order(_doubts(accounts, recorded, used, market, ours.span.last_day)),
    )
    return replace(figures, trend=trend(earlier, figures))


def _named(part: MonthLedger | MonthUse | MonthMarket | MonthAhead) -> dict[str, Any]:
    return {field.name: getattr(part, field.name) for field in fields(part)}


def energy_of(accounts: Accounts, ours: Account) -> EnergyFigures:
    """The month's electricity, with what would lower it."""
    paid = [one for one in ours.own if one.line is Line.ELECTRICITY]
    billed = billed_kwh(accounts.books, ours.span)
    figures = energy_figures(accounts.power, ours.hours, ours.span.month, paid, billed)
    return replace(figures, advice=advice(accounts, ours, figures))


def ledger_of(
    accounts: Accounts, ours: Account, energy: EnergyFigures, earlier: Sequence[MonthFigures]
) -> MonthLedger:
    """What it cost, line by line, against the budget and the month before."""
    books, month = accounts.books, ours.span.month
    lines = line_figures(ours.postings, budget_of(books, ours.span), books.currency)
    before = costs_before(earlier, month.before) if ours.span.month_ratio == 1 else None
    budgets = [line.budget for line in lines if line.budget is not None]
    return MonthLedger(
        to_at=ours.span.to_at,
        postings=ours.postings,
        lines=lines,
        total=total([one.economic for one in ours.postings], books.currency),
        billed=total([one.billed for one in ours.postings], books.currency),
        effective=total([one.effective for one in ours.postings], books.currency),
        budget=total(budgets, books.currency) if budgets else None,
        movers=movers(lines, before, month.before, books.currency),
        bridge=_bridge(accounts, ours, lines, energy),
    )


def use_of(
    accounts: Accounts,
    recorded: Recorded,
    ours: Account,
    market: MonthMarket,
    energy: EnergyFigures,
) -> MonthUse:
    """What was had of it: GPU-hours, energy, repairs, hands."""
    site, use, span = accounts.site, ours.use, ours.span
    cost = total([posting.economic for posting in ours.own], accounts.books.currency)
    rent = market.cloud.median if market.cloud else None
    reserved = reserved_kw(accounts, ours)
    return MonthUse(
        window=ours.window,
        use=use,
        levels=ours.levels,
        idle=idle(ours.levels, use, rent, site.gpus_installed),
        racks=by_rack(recorded.usage, site, cost),
        models=by_model(recorded.usage, site, cost),
        teams=by_team(recorded.usage.teams, ours.levels.available),
        energy=energy,
        kwh_per_utilised_hour=_kwh_each(energy, ours),
        fill_ratio=peak_it_kw(energy) / reserved if reserved and energy.peak_at else None,
        downtime=downtime(recorded.spans, span.from_at, span.to_at, ours.levels.installed),
        staff=staff(accounts, ours),
    )


def ahead_of(
    accounts: Accounts,
    recorded: Recorded,
    ours: Account,
    market: MonthMarket,
    energy: EnergyFigures,
) -> MonthAhead:
    """The life that the month foreshadows, and what it says to what people claim."""
    rent = market.cloud.median if market.cloud else None
    ahead = look_ahead(accounts, ours, energy, market.quotes, rent)
    if ahead is None:
        return MonthAhead(outlook=None, rivals=(), swings=(), claims=())
    claims = judge(evidence(accounts, recorded, ours, market, ahead))
    return MonthAhead(
        outlook=ahead.outlook, rivals=ahead.rivals, swings=ahead.swings, claims=claims
    )


def _kwh_each(energy: EnergyFigures, ours: Account) -> float | None:
    """Of the facility, for a GPU-hour of work; only the watched share of both is compared."""
    watched = fsum(hour.watched_seconds for hour in ours.hours) / 3600
    share = watched / float(ours.span.hours) if ours.span.hours else 0.0
    return energy.facility_kwh * share / ours.use.utilised if ours.use.utilised else None


def _bridge(
    accounts: Accounts, ours: Account, lines: Sequence[LineFigures], energy: EnergyFigures
) -> Bridge | None:
    books, span = accounts.books, ours.span
    plan = plan_of(books, span)
    paid = price_per_kwh(accounts, ours, energy)
    rate, _ = books.exchange.factor(paid.currency, books.currency, span.last_day)
    utilised = Decimal(ours.use.utilised / ours.use.installed if ours.use.installed else 0.0)
    installed = ours.gpus * span.hours
    was = Electricity(installed * utilised, Decimal(energy.facility_kwh), paid.amount, rate)
    return bridge(lines, plan, was, installed, books.currency)


def _doubts(
    accounts: Accounts, recorded: Recorded, used: MonthUse, market: MonthMarket, last_day: date
) -> Iterator[Doubt]:
    yield from doubts.about_window(used.window)
    yield from doubts.about_strangers(recorded.usage.nodes, accounts.site.by_name)
    yield from doubts.about_energy(used.energy)
    yield from doubts.about_use(used.use, used.downtime.whole.gpu_hours)
    yield from doubts.about_books(accounts.books, accounts.remarks, last_day)
    yield from doubts.about_prices(market.gpu_model, market.quotes)
