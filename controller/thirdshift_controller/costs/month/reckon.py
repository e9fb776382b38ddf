"""The month's figures, all of them, out of what was used, lost, paid and asked by others.

Pure: rows and files in, figures out. What cannot be said is `None`, with a doubt that says why.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

from thirdshift_controller.costs.claims.judge import judge
from thirdshift_controller.costs.money import total
from thirdshift_controller.costs.month import doubts
from thirdshift_controller.costs.month.account import Account, account
from thirdshift_controller.costs.month.advice import advice, peak_it_kw, reserved_kw
from thirdshift_controller.costs.month.ahead import Ahead, look_ahead, price_per_kwh
from thirdshift_controller.costs.month.assumptions import assumptions
from thirdshift_controller.costs.month.beside import Beside, beside
from thirdshift_controller.costs.month.bridge import Electricity, bridge
from thirdshift_controller.costs.month.doubts import Doubt
from thirdshift_controller.costs.month.evidence import evidence
from thirdshift_controller.costs.month.figures import Bridge, LineFigures, MonthFigures
from thirdshift_controller.costs.month.inputs import Accounts, Recorded
from thirdshift_controller.costs.month.levels import idle
from thirdshift_controller.costs.month.lines import budget_of, line_figures, movers
from thirdshift_controller.costs.month.parts import by_model, by_rack, by_team
from thirdshift_controller.costs.month.staff import staff
from thirdshift_controller.costs.month.trend import costs_before, trend
from thirdshift_controller.costs.posting import Line, Posting
from thirdshift_controller.costs.power.facility import energy_figures
from thirdshift_controller.costs.power.figures import EnergyFigures
from thirdshift_controller.costs.usage.downtime import Downtime, downtime


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
    market = beside(accounts, ours)
    energy = energy_of(accounts, ours)
    lost = downtime(recorded.spans, ours.span.from_at, ours.span.to_at, ours.levels.installed)
    ahead = look_ahead(accounts, ours, energy, market.quotes, market.rent)
    return _figures(accounts, recorded, earlier, ours, market, energy, lost, ahead)


def energy_of(accounts: Accounts, ours: Account) -> EnergyFigures:
    """The month's electricity, with what would lower it."""
    converted = [one for one in ours.own if one.line is Line.ELECTRICITY]
    figures = energy_figures(accounts.power, ours.hours, ours.span.month, converted)
    return replace(figures, advice=advice(accounts, ours, figures))


def _figures(
    accounts: Accounts,
    recorded: Recorded,
    earlier: Sequence[MonthFigures],
    ours: Account,
    market: Beside,
    energy: EnergyFigures,
    lost: Downtime,
    ahead: Ahead | None,
) -> MonthFigures:
    books, site, month = accounts.books, accounts.site, recorded.month
    postings, currency = ours.postings, books.currency
    cost = total([posting.economic for posting in ours.own], currency)
    lines = line_figures(postings, budget_of(books, str(month)), currency)
    budgets = [line.budget for line in lines if line.budget is not None]
    reserved, use = reserved_kw(accounts, ours), ours.use
    figures = MonthFigures(
        site=site.name,
        gpu_model=market.gpu_model,
        gpus_installed=site.gpus_installed,
        month=month,
        currency=currency,
        closed=False,
        window=ours.window,
        postings=postings,
        lines=lines,
        total=total([line.economic for line in lines], currency),
        billed=total([line.billed for line in lines], currency),
        effective=total([line.effective for line in lines], currency),
        budget=total(budgets, currency) if budgets else None,
        use=use,
        levels=ours.levels,
        idle=idle(ours.levels, use, market.rent, site.gpus_installed),
        racks=by_rack(recorded.usage, site, cost),
        models=by_model(recorded.usage, site, cost),
        teams=by_team(recorded.usage.teams, ours.levels.available),
        energy=energy,
        kwh_per_utilised_hour=_kwh_each(energy, use.utilised, ours),
        fill_ratio=peak_it_kw(energy) / reserved if reserved else None,
        downtime=lost,
        staff=staff(
            ours.rota_hours,
            float(ours.span.hours),
            ours.own,
            ours.repairs,
            site.gpus_installed * float(ours.span.hours),
            currency,
        ),
        quotes=market.quotes,
        cloud=market.cloud,
        verdict=market.verdict,
        movers=movers(lines, costs_before(earlier, month.before), month.before),
        bridge=_bridge(accounts, ours, lines, energy),
        trend=(),
        outlook=ahead.outlook if ahead else None,
        rivals=ahead.rivals if ahead else (),
        swings=ahead.swings if ahead else (),
        claims=judge(evidence(accounts, recorded, ours, market, ahead)) if ahead else (),
        assumptions=assumptions(books, accounts.power),
        doubts=doubts.in_order(_doubts(accounts, ours, market, energy, lost)),
    )
    return replace(figures, trend=trend(earlier, figures))


def _kwh_each(energy: EnergyFigures, utilised: float, ours: Account) -> float | None:
    """Of the facility, for a GPU-hour of work; only the watched share of both is compared."""
    watched = sum(hour.watched_seconds for hour in ours.hours) / 3600
    share = watched / float(ours.span.hours) if ours.span.hours else 0.0
    return energy.facility_kwh * share / utilised if utilised else None


def _bridge(
    accounts: Accounts, ours: Account, lines: Sequence[LineFigures], energy: EnergyFigures
) -> Bridge | None:
    books, span = accounts.books, ours.span
    plan = next((one for one in books.plans if one.month == str(span.month)), None)
    paid = price_per_kwh(accounts, ours, energy)
    rate, _ = books.exchange.factor(paid.currency, books.currency, span.last_day)
    installed = accounts.site.gpus_installed * span.hours
    utilised = Decimal(ours.use.utilised / ours.use.installed if ours.use.installed else 0.0)
    was = Electricity(installed * utilised, Decimal(energy.facility_kwh), paid.amount, rate)
    return bridge(lines, plan, was, installed, books.currency)


def _doubts(
    accounts: Accounts, ours: Account, market: Beside, energy: EnergyFigures, lost: Downtime
) -> Iterator[Doubt]:
    yield from doubts.about_window(ours.window)
    yield from doubts.about_energy(energy)
    yield from doubts.about_use(ours.use, lost.whole.gpu_hours)
    yield from doubts.about_books(accounts.books, accounts.remarks, ours.span.last_day)
    yield from doubts.about_prices(market.gpu_model, market.quotes)
