"""The figures of October 2026 at a published example: 1,024 H100 in a colocation hall in Toronto.

Written down and not reckoned from records, so that whoever shows a month needs no store. `october`
has everything that a month can have, `sparse` nothing that can be missing, `empty` no record.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

from fakes.month_costs import (
    ALLOCATED,
    AVAILABLE,
    GPUS,
    INSTALLED,
    IT_KWH,
    LEVELS,
    LINES,
    NO_USE,
    OCTOBER,
    PLANNED,
    POSTINGS,
    TOTAL,
    USE,
    UTILISED,
    bridge,
    hours_at,
    trend,
    usd,
)
from fakes.month_outlook import ASSUMPTIONS, CLAIMS, OUTLOOK, QUOTES, RIVALS, SWINGS
from thirdshift_controller.costs.market.comparison import Answer, CloudBand, Verdict
from thirdshift_controller.costs.market.prices import PurchaseOption
from thirdshift_controller.costs.money import total
from thirdshift_controller.costs.month.doubts import Doubt, Weight
from thirdshift_controller.costs.month.figures import (
    Idle,
    MonthFigures,
    Mover,
    Part,
    Staff,
)
from thirdshift_controller.costs.posting import Line
from thirdshift_controller.costs.power.figures import Advice, EnergyFigures
from thirdshift_controller.costs.tco.outlook import Levels
from thirdshift_controller.costs.usage.downtime import PHASES, Downtime, LostTime
from thirdshift_controller.costs.usage.watch import Window

HOSTILE = r"<script>alert(1)</script> & a | b # $x_1$ \alpha *b* `c` [d](e) #eval(f) @g 视觉"


def _lost(name: str, incidents: int, gpu_hours: float) -> LostTime:
    return LostTime(name, incidents, gpu_hours, hours_at(LEVELS.installed, gpu_hours))


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
    return Part(name, use, hours_at(LEVELS.installed, allocated))


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


_OCTOBER = MonthFigures(
    site="toronto-1",
    gpu_model="H100",
    gpus_installed=GPUS,
    month=OCTOBER,
    currency="USD",
    closed=False,
    window=Window(OCTOBER, OCTOBER.from_at, OCTOBER.to_at, OCTOBER.seconds),
    to_at=OCTOBER.to_at,
    postings=POSTINGS,
    lines=LINES,
    total=TOTAL,
    billed=total([one.billed for one in POSTINGS], "USD"),
    effective=total([one.effective for one in POSTINGS], "USD"),
    budget=PLANNED,
    use=USE,
    levels=LEVELS,
    idle=Idle(
        lost=hours_at(LEVELS.installed, INSTALLED - AVAILABLE),
        idle=hours_at(LEVELS.installed, AVAILABLE - ALLOCATED),
        replacement=hours_at(usd("3.89"), INSTALLED - AVAILABLE),
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
    bridge=bridge(),
    trend=tuple(map(trend, range(13))),
    outlook=OUTLOOK,
    rivals=RIVALS,
    swings=SWINGS,
    claims=CLAIMS,
    assumptions=ASSUMPTIONS,
    doubts=DOUBTS,
)
_SPARSE_USE = replace(USE, scheduled=0.0, allocated=0.0, wall_kwh=0.0, wall_modelled_kwh=IT_KWH)
_NOTHING_LOST = LostTime("all", 0, 0.0, None)
_SPARSE = replace(
    _OCTOBER,
    lines=tuple(replace(one, budget=None) for one in LINES),
    budget=None,
    use=_SPARSE_USE,
    levels=replace(LEVELS, allocated=None),
    idle=Idle(
        lost=hours_at(LEVELS.installed, _SPARSE_USE.lost),
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
    downtime=Downtime(
        _NOTHING_LOST, 0, None, (), tuple(replace(_NOTHING_LOST, name=phase) for phase in PHASES)
    ),
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


def october() -> MonthFigures:
    """Everything there is."""
    return _OCTOBER


def sparse() -> MonthFigures:
    """The same month of a site with no budget, no scheduler, no prices and nothing broken."""
    return _SPARSE


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
