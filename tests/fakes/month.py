"""The figures of October 2026 at a published example: 1,024 H100 in a colocation hall in Toronto.

Written down and not reckoned from records, so that whoever shows a month needs no store. `october`
has everything that a month can have, `sparse` nothing that can be missing, `empty` no record.
"""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from fakes.month_outlook import ASSUMPTIONS, CLAIMS, OUTLOOK, QUOTES, RIVALS, SWINGS
from thirdshift_controller.costs.calendar import Month
from thirdshift_controller.costs.market.comparison import Answer, CloudBand, Verdict
from thirdshift_controller.costs.market.prices import PurchaseOption
from thirdshift_controller.costs.money import Money, total
from thirdshift_controller.costs.month.doubts import Doubt, Weight
from thirdshift_controller.costs.month.figures import (
    Bridge,
    Cause,
    Idle,
    LineFigures,
    MonthFigures,
    Mover,
    Part,
    Staff,
    TrendMonth,
)
from thirdshift_controller.costs.origin import Origin
from thirdshift_controller.costs.posting import CAPITAL_LINES, Charge, Line, Posting
from thirdshift_controller.costs.power.figures import Advice, EnergyFigures
from thirdshift_controller.costs.tco.outlook import Levels
from thirdshift_controller.costs.usage.downtime import PHASES, Downtime, LostTime
from thirdshift_controller.costs.usage.hours import Window
from thirdshift_controller.costs.usage.totals import Use

OCTOBER = Month(2026, 10, ZoneInfo("America/Toronto"))
GPUS = 1024
HOSTILE = r"<script>alert(1)</script> & a | b # $x_1$ \alpha *b* `c` [d](e) #eval(f) @g 视觉"
RESERVED_KW = Decimal(1416)
NO_USE = Use(*(0.0 for _ in fields(Use)))
INSTALLED = GPUS * 744.0
AVAILABLE = 0.97 * INSTALLED
ALLOCATED = 0.92 * AVAILABLE
UTILISED = 0.85 * ALLOCATED
IT_KWH = 1003 * 744.0
USE = Use(
    installed=INSTALLED,
    available=AVAILABLE,
    scheduled=INSTALLED,
    allocated=ALLOCATED,
    utilised=UTILISED,
    gpu_kwh=438_910.0,
    gpu_modelled_kwh=5_240.0,
    wall_kwh=651_870.0,
    wall_modelled_kwh=12_460.0,
)
PURCHASES = {
    Line.GPU_CARDS: ("30720000", "0.25"),
    Line.NODES: ("8960000", "0.25"),
    Line.SWITCHES: ("1728000", "0.10"),
    Line.OPTICS: ("2621440", "0.10"),
    Line.STORAGE: ("810000", "0.10"),
    Line.RACKS: ("1530000", "0.10"),
    Line.SPARES: ("793600", "0.10"),
    Line.INSTALL: ("696000", "0.10"),
}
RUNNING = {
    Line.COLO: "212400.00",
    Line.ELECTRICITY: "84206.37",
    Line.TECHNICIANS: "26450.51",
    Line.ENGINEERS: "30000.00",
    Line.SUPPORT: "66133.33",
    Line.SOFTWARE: "5000.00",
    Line.TRANSIT: "10000.00",
    Line.INSURANCE: "19941.27",
    Line.REMOTE_HANDS: "2880.00",
}
BUDGET = {
    Line.ELECTRICITY: "76900.00",
    Line.TECHNICIANS: "25300.00",
    Line.SUPPORT: "66133.33",
    Line.COLO: "212400.00",
    Line.ENGINEERS: "30000.00",
    Line.SOFTWARE: "5000.00",
    Line.TRANSIT: "10000.00",
    Line.INSURANCE: "19941.27",
}


def usd(amount: str | int | Decimal) -> Money:
    return Money(Decimal(amount), "USD")


def _capital(line: Line) -> tuple[Money, Money]:
    """Book and economic: straight line, and an annuity at 10 % over three years."""
    price, left = (Decimal(figure) for figure in PURCHASES[line])
    book = price * (1 - left) / 36
    economic = price * (Decimal("0.40211") - left * Decimal("0.30211")) / 12
    return usd(round(book, 2)), usd(round(economic, 2))


def _posting(line: Line) -> Posting:
    capital = line in PURCHASES
    book, economic = _capital(line) if capital else (usd(RUNNING[line]), usd(RUNNING[line]))
    return Posting(
        line=line,
        charge=Charge.WEAR if capital else Charge.CONTRACT,
        what=line.value.replace("_", " "),
        from_at=OCTOBER.from_at,
        to_at=OCTOBER.to_at,
        billed=usd(0) if capital else book,
        effective=book,
        economic=economic,
        quantity=RESERVED_KW if line is Line.COLO else Decimal(GPUS),
        unit="kW-Months" if line is Line.COLO else "GPUs",
        supplier="Northern Systems",
        origin=Origin("invoice NS-2024-0817", date(2024, 8, 17), "costs.toml", 12),
        working="price over 36 months",
    )


RESTATED = replace(
    _posting(Line.ELECTRICITY),
    charge=Charge.TRUE_UP,
    what="Global adjustment, actual rate",
    billed=usd("1812.40"),
    effective=usd("1812.40"),
    economic=usd("1812.40"),
    supplier="Toronto Hydro",
    origin=Origin("bill TH-88214", date(2026, 10, 20), "bills.csv", 9),
    working="actual rate less 2nd estimate, 962,310 kWh",
    corrects="2026-09",
)
POSTINGS = (*map(_posting, PURCHASES), *map(_posting, RUNNING), RESTATED)


def _line(line: Line, whole: Money) -> LineFigures:
    ours = [one for one in POSTINGS if one.line is line]
    billed, effective, economic = (
        total([getattr(one, ledger) for one in ours], "USD")
        for ledger in ("billed", "effective", "economic")
    )
    planned = usd(BUDGET[line]) if line in BUDGET else economic if line in CAPITAL_LINES else None
    return LineFigures(line, billed, effective, economic, economic.over(whole), planned)


TOTAL = total([one.economic for one in POSTINGS], "USD")
LINES = tuple(
    sorted(
        (_line(line, TOTAL) for line in (*PURCHASES, *RUNNING)),
        key=lambda one: -one.economic.amount,
    )
)
PLANNED = total([one.budget for one in LINES if one.budget], "USD")
LEVELS = Levels(
    *(TOTAL.per(Decimal(round(hours, 4))) for hours in (INSTALLED, AVAILABLE, ALLOCATED, UTILISED))
)


def _hours(price: Money | None, hours: float) -> Money:
    assert price is not None
    return price * Decimal(round(hours, 4))


def _bridge() -> Bridge:
    known = (
        Cause("price", usd("6270.91"), "electricity at CAD 0.119 for a planned 0.115 a kWh; wages"),
        Cause("volume", usd("3390.75"), "1,016,200 kWh for a planned 987,500"),
        Cause("efficiency", usd("1420.00"), "availability 97.0 % for a planned 97.5 %"),
        Cause("exchange", usd("-812.38"), "CAD 1.4064 for a planned 1.39 to the USD"),
    )
    rest = TOTAL - PLANNED - total([cause.amount for cause in known], "USD")
    hands = Cause("remote_hands", rest, "no budget was made for it")
    return Bridge(PLANNED, (*known, hands), TOTAL)


def _trend(number: int) -> TrendMonth:
    """Thirteen months up to October, the cloud's prices known for the last ten of them."""
    year, month = divmod(2025 * 12 + 9 + number, 12)
    last = number == 12
    drift = Decimal((number * 37) % 11 - 5) / 1000 - Decimal(12 - number) / 900
    cost = TOTAL if last else usd(round(TOTAL.amount * (1 + drift), 2))
    levels = LEVELS if last else Levels(*(_scaled(price, 1 + drift) for price in _levels(LEVELS)))
    cloud = _CLOUD[number]
    low, median, high = (usd(price) if price else None for price in cloud)
    available = round(0.97 - ((number * 5) % 7 - 3) / 400, 4) if not last else 0.97
    return TrendMonth(
        f"{year}-{month + 1:02}", cost, levels, low, median, high, available, closed=not last
    )


def _levels(levels: Levels) -> tuple[Money | None, ...]:
    return levels.installed, levels.available, levels.allocated, levels.utilised


def _scaled(price: Money | None, factor: Decimal) -> Money | None:
    return price * factor if price else None


_CLOUD = (
    *((("", "", ""),) * 3),
    ("2.20", "3.05", "10.98"),
    ("2.25", "3.10", "10.98"),
    ("2.35", "3.29", "10.98"),
    ("2.40", "3.29", "10.98"),
    ("2.49", "3.35", "12.29"),
    ("2.49", "3.49", "12.29"),
    ("2.55", "3.64", "12.29"),
    ("2.60", "3.85", "12.29"),
    ("2.60", "3.90", "12.29"),
    ("2.58", "3.89", "10.98"),
)


def _lost(name: str, incidents: int, gpu_hours: float) -> LostTime:
    return LostTime(name, incidents, gpu_hours, _hours(LEVELS.installed, gpu_hours))


DOWNTIME = Downtime(
    whole=_lost("all", 43, 21_544.0),
    ended=40,
    mean_hours_to_repair=61.7,
    by_runbook=(
        _lost("gpu-fell-off-bus", 14, 8_904.0),
        _lost("row-remap-failure", 11, 5_632.0),
        _lost("nvlink-down", 9, 3_472.0),
        _lost("node-silent", 6, 2_608.0),
        _lost("thermal-slowdown", 3, 928.0),
    ),
    by_phase=(
        _lost("detect", 43, 118.0),
        _lost("remote", 39, 402.0),
        _lost("drain", 31, 1_190.0),
        _lost("people", 34, 14_106.0),
        _lost("hands", 34, 2_868.0),
        _lost("verify", 40, 2_860.0),
    ),
)
ENERGY = EnergyFigures(
    it_kwh=IT_KWH,
    it_modelled_kwh=12_460.0,
    facility_kwh=IT_KWH * 1.35,
    pue=Decimal("1.35"),
    pue_measured=True,
    peak_kw=1_600.0,
    peak_at=datetime(2026, 10, 14, 20, tzinfo=UTC),
    billed_kwh=1_016_200.0,
    per_mwh=usd("83.59"),
    carbon_kg=91_570.0,
    advice=(
        Advice(
            "Cap the GPUs' power in the province's five peak hours",
            usd("246000"),
            "only if the meter's class or the contract passes them through to us",
        ),
        Advice(
            "Give 231 kW of the 1,416 kW reserved back to the hall",
            usd("416000"),
            "only if the lease allows it before its end",
        ),
    ),
)
STAFF = Staff(
    rota_hours=744.0,
    covered_ratio=1.0,
    seats=Decimal("5.006"),
    cost=usd("26450.51"),
    repairs=40,
    per_repair=usd("661.26"),
    per_thousand_gpu_hours=usd("34.72"),
)


def _racks() -> tuple[Part, ...]:
    """64 racks of two nodes; those with the lower numbers lost more."""
    weights = [((number * 7) % 11) ** 2 + 1 for number in range(64)]
    parts = []
    for number, weight in enumerate(weights):
        installed = INSTALLED / 64
        available = installed - (INSTALLED - AVAILABLE) * weight / sum(weights)
        use = replace(
            NO_USE,
            installed=installed,
            available=available,
            scheduled=installed,
            allocated=available * 0.92,
            utilised=available * 0.92 * 0.85,
            wall_kwh=USE.wall_kwh / 64,
            wall_modelled_kwh=USE.wall_modelled_kwh / 64,
        )
        name = f"{'ABCD'[number // 16]}{number % 16 + 1:02}"
        parts.append(Part(name, use, TOTAL * (1 / Decimal(64))))
    return tuple(parts)


def _team(name: str, share: float, busy: float) -> Part:
    allocated = ALLOCATED * share
    use = replace(
        NO_USE, allocated=allocated, utilised=allocated * busy, wall_kwh=USE.wall_kwh * share
    )
    return Part(name, use, _hours(LEVELS.installed, allocated))


TEAMS = (
    _team("foundation-models", 0.52, 0.91),
    _team("vision", 0.17, 0.83),
    _team("inference", 0.14, 0.71),
    _team("robotics", 0.11, 0.82),
    _team("sandbox", 0.06, 0.62),
)
_ON_DEMAND = [
    quote
    for quote in QUOTES
    if quote.decides and quote.row.purchase_option is PurchaseOption.ON_DEMAND
]
CLOUD = CloudBand(
    PurchaseOption.ON_DEMAND, _ON_DEMAND[0], usd("3.89"), _ON_DEMAND[-1], len(_ON_DEMAND), 16
)
VERDICT = Verdict(
    Answer.YES,
    "An available GPU-hour of our own cost USD 2.43; renting one on demand costs USD 3.89 in the"
    f" middle of {len(_ON_DEMAND)} prices (USD 2.58 to USD 10.98).",
    "Owning pays as long as at least 62 % of available GPU-hours are used; this month 78 % were."
    " Against the cheapest price (Akash) it would take 94 %.",
)
DOUBTS = (
    Doubt(
        Weight.WARNING,
        "12,460 kWh (1.7 % of the energy) are modelled: no counter could be read, so the last known"
        " power stands in.",
    ),
    Doubt(Weight.WARNING, "2 of 18 on-demand prices are over 45 days old."),
    Doubt(
        Weight.NOTE,
        "1,311.7 of the 22,855.7 GPU-hours that were not available belong to no incident: nodes"
        " that missed polls, or GPUs lost before anybody noticed.",
    ),
    Doubt(
        Weight.NOTE,
        "Cloud prices are list prices of single providers. Size, network, region and service level"
        " differ, and discounts for commitment are not in them.",
    ),
)


def october() -> MonthFigures:
    """Everything there is."""
    return MonthFigures(
        site="toronto-1",
        gpu_model="H100",
        gpus_installed=GPUS,
        month=OCTOBER,
        currency="USD",
        closed=False,
        window=Window(OCTOBER, OCTOBER.from_at, OCTOBER.to_at, OCTOBER.seconds),
        postings=POSTINGS,
        lines=LINES,
        total=TOTAL,
        billed=total([one.billed for one in POSTINGS], "USD"),
        effective=total([one.effective for one in POSTINGS], "USD"),
        budget=PLANNED,
        use=USE,
        levels=LEVELS,
        idle=Idle(
            lost=_hours(LEVELS.installed, INSTALLED - AVAILABLE),
            idle=_hours(LEVELS.installed, AVAILABLE - ALLOCATED),
            replacement=_hours(usd("3.89"), INSTALLED - AVAILABLE),
            point_per_year=usd("221000"),
        ),
        racks=_racks(),
        models=(Part("hgx-h100-8", USE, TOTAL),),
        teams=TEAMS,
        energy=ENERGY,
        kwh_per_utilised_hour=ENERGY.facility_kwh / UTILISED,
        fill_ratio=Decimal("0.8369"),
        downtime=DOWNTIME,
        staff=STAFF,
        quotes=QUOTES,
        cloud=CLOUD,
        verdict=VERDICT,
        movers=(
            Mover(Line.ELECTRICITY, usd("9118.77"), "budget"),
            Mover(Line.REMOTE_HANDS, usd("2880.00"), "budget"),
            Mover(Line.TECHNICIANS, usd("-1930.20"), "2026-09"),
        ),
        bridge=_bridge(),
        trend=tuple(map(_trend, range(13))),
        outlook=OUTLOOK,
        rivals=RIVALS,
        swings=SWINGS,
        claims=CLAIMS,
        assumptions=ASSUMPTIONS,
        doubts=DOUBTS,
    )


def sparse() -> MonthFigures:
    """The same month of a site with no budget, no scheduler, no prices and nothing broken."""
    use = replace(USE, scheduled=0.0, allocated=0.0, wall_kwh=0.0, wall_modelled_kwh=IT_KWH)
    none = LostTime("all", 0, 0.0, None)
    return replace(
        october(),
        lines=tuple(replace(one, budget=None) for one in LINES),
        budget=None,
        use=use,
        levels=replace(LEVELS, allocated=None),
        idle=Idle(
            lost=_hours(LEVELS.installed, use.lost),
            idle=None,
            replacement=None,
            point_per_year=None,
        ),
        racks=(),
        models=(),
        teams=(),
        energy=replace(
            ENERGY,
            it_modelled_kwh=IT_KWH,
            pue_measured=False,
            peak_at=None,
            billed_kwh=None,
            per_mwh=None,
            carbon_kg=None,
            advice=(),
        ),
        kwh_per_utilised_hour=None,
        fill_ratio=None,
        downtime=Downtime(none, 0, None, (), tuple(replace(none, name=phase) for phase in PHASES)),
        staff=Staff(0.0, 0.0, Decimal("5.006"), usd(0), 0, None, None),
        quotes=(),
        cloud=None,
        verdict=Verdict(
            Answer.UNKNOWN,
            "Own and cloud cannot be set side by side: there is no cloud price for this GPU that is"
            " dated and fresh enough.",
            "",
        ),
        movers=(),
        bridge=None,
        trend=(),
        rivals=(),
        swings=(),
        claims=(),
        assumptions=(),
        doubts=(Doubt(Weight.WARNING, "The price table knows no price of H100 by this month."),),
    )


def empty() -> MonthFigures:
    """The same month with nothing recorded: no GPU-hour, so no price of one."""
    nothing = usd(0)
    return replace(
        sparse(),
        window=None,
        postings=(),
        lines=(),
        total=nothing,
        billed=nothing,
        effective=nothing,
        use=NO_USE,
        levels=Levels(None, None, None, None),
        idle=Idle(None, None, None, None),
        energy=EnergyFigures(
            0.0, 0.0, 0.0, Decimal("1.35"), False, 0.0, None, None, None, None, ()
        ),
        outlook=replace(
            OUTLOOK,
            lines=(),
            capital=nothing,
            running=nothing,
            residual=nothing,
            cost_of_capital=nothing,
            levels=Levels(None, None, None, None),
            gpu_share_ratio=Decimal(0),
        ),
        verdict=Verdict(
            Answer.UNKNOWN,
            "Own and cloud cannot be set side by side: no available GPU-hour was recorded, so there"
            " is no own price.",
            "",
        ),
        doubts=(Doubt(Weight.WARNING, "Nothing of this month was recorded."),),
    )


def hostile() -> MonthFigures:
    """October with names that would be markup if they were not escaped."""
    figures = october()
    return replace(
        figures,
        site=HOSTILE,
        racks=(replace(figures.racks[0], name=HOSTILE),),
        teams=(replace(figures.teams[0], name=HOSTILE), *figures.teams[1:]),
        downtime=replace(
            figures.downtime,
            by_runbook=(
                replace(figures.downtime.by_runbook[0], name=HOSTILE),
                *figures.downtime.by_runbook[1:],
            ),
        ),
        rivals=(replace(figures.rivals[0], name=HOSTILE), *figures.rivals[1:]),
        doubts=(Doubt(Weight.WARNING, HOSTILE), Doubt(Weight.NOTE, f"# {HOSTILE}")),
    )
