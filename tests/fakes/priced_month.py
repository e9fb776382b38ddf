"""November 2026 of the published example, in postings of every kind, for what is made of a month.

Amounts are those of 1,024 H100 over 36 months where the example has them; the energy is metered.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from thirdshift_controller.costs.calendar import Month
from thirdshift_controller.costs.claims.claim import Claim, Finding
from thirdshift_controller.costs.market.comparison import Answer, Verdict, band
from thirdshift_controller.costs.market.prices import (
    CloudPrice,
    PurchaseOption,
    Quality,
    quotes_on,
)
from thirdshift_controller.costs.money import Money, total
from thirdshift_controller.costs.month.doubts import Doubt, Weight
from thirdshift_controller.costs.month.figures import (
    Assumption,
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
from thirdshift_controller.costs.posting import Charge, Line, Posting, paid
from thirdshift_controller.costs.power.figures import Advice, EnergyFigures
from thirdshift_controller.costs.tco.outlook import Levels, LineTotal, Outlook, Rival, Swing
from thirdshift_controller.costs.usage.downtime import Downtime, LostTime
from thirdshift_controller.costs.usage.totals import Use
from thirdshift_controller.costs.usage.watch import Window

TORONTO = ZoneInfo("America/Toronto")
NOVEMBER = Month(2026, 11, TORONTO)
OCTOBER = Month(2026, 10, TORONTO)
INSTALLED = 1024 * 721.0
USE = Use(INSTALLED, 715_600.5, INSTALLED, 658_000.25, 559_300.0, 5.1e5, 7.7e3, 7.0e5, 1.2e4)
LEVEL_HOURS = (USE.installed, USE.available, USE.allocated, USE.utilised)
READ_ON = date(2026, 11, 30)


def usd(text: str) -> Money:
    """An amount."""
    return Money(Decimal(text), "USD")


NOTHING = usd("0")


def posting(
    line: Line = Line.COLO,
    charge: Charge = Charge.CONTRACT,
    amount: str | Money = "212400.00",
    *,
    effective: Money | None = None,
    economic: Money | None = None,
    what: str = "the hall",
    quantity: str = "1",
    unit: str = "Months",
    month: Month = NOVEMBER,
    supplier: str = "Hall Ltd",
    modelled: bool = False,
    corrects: str = "",
    working: str = "as agreed",
    origin: Origin | None = None,
) -> Posting:
    """One row of the books; amounts that are not told are as billed."""
    money = usd(amount) if isinstance(amount, str) else amount
    amounts = paid(money)
    amounts["effective"] = money if effective is None else effective
    amounts["economic"] = money if economic is None else economic
    return Posting(
        line=line,
        charge=charge,
        what=what,
        from_at=month.from_at,
        to_at=month.to_at,
        quantity=Decimal(quantity),
        unit=unit,
        supplier=supplier,
        origin=origin or Origin("invoice 4711", READ_ON, "costs.toml", 12),
        working=working,
        modelled=modelled,
        corrects=corrects,
        **amounts,
    )


def wear(line: Line, what: str, price: str, quantity: str, unit: str) -> Posting:
    """A thirty-sixth of three quarters of a price; capital at ten per cent a year besides."""
    book = usd(price) * 3
    monthly = Money(book.amount / (4 * 36), "USD")
    bound = Money(Decimal(price) / 120, "USD")
    return posting(
        line,
        Charge.WEAR,
        usd("0"),
        effective=monthly,
        economic=monthly + bound,
        what=what,
        quantity=quantity,
        unit=unit,
        supplier="Node Maker",
        working=f"{quantity} over 36 months, 25 % left",
    )


def postings() -> tuple[Posting, ...]:
    """One of every kind, and of what a month of the example has."""
    return (*_bought(), *_energy(), *_paid_for())


def _bought() -> tuple[Posting, ...]:
    return (
        wear(Line.GPU_CARDS, "H100 cards, phase 1", "30720000", "1024", "GPUs"),
        wear(Line.NODES, "HGX nodes, phase 1", "8960000", "128", "Units"),
        wear(Line.SWITCHES, "NDR switches", "1728000", "48", "Units"),
        posting(
            Line.STORAGE,
            Charge.PURCHASE,
            "45000",
            effective=NOTHING,
            economic=NOTHING,
            what='Drives, 24", "hot"',
            quantity="100",
            unit="Units",
            supplier="",
            working="100 at 450.00",
        ),
    )


def _energy() -> tuple[Posting, ...]:
    return (
        posting(
            Line.ELECTRICITY,
            Charge.METERED,
            usd("0.0817687713") * Decimal("982000.75"),
            what="energy, flat",
            quantity="982000.75",
            unit="kWh",
            supplier="Utility",
            working="982,000.75 kWh at CAD 0.115; 0.711035 USD for one CAD",
        ),
        posting(
            Line.ELECTRICITY,
            Charge.TRUE_UP,
            "-1234.56",
            what="global adjustment, actual",
            quantity="1",
            unit="Units",
            month=OCTOBER,
            supplier="Utility",
            corrects="2026-10",
        ),
    )


def _paid_for() -> tuple[Posting, ...]:
    return (
        posting(Line.COLO, quantity="1416", unit="kW-Months", working="1,416 kW at 150.00"),
        posting(Line.TECHNICIANS, amount="25943.20", quantity="721", unit="Hours"),
        posting(
            Line.SUPPORT,
            amount="793600",
            effective=usd("66133.33"),
            economic=usd("66133.33"),
            what="hardware support, a year ahead",
        ),
        posting(Line.SUPPORT, Charge.CREDIT, "-30000", what="RMA of one card"),
        posting(Line.TAX, Charge.TAX, "27612", effective=NOTHING, economic=NOTHING, what="HST"),
    )


def line_figures(rows: Sequence[Posting], line: Line) -> LineFigures:
    ours = [one for one in rows if one.line is line]
    economic = total([one.economic for one in ours], "USD")
    whole = total([one.economic for one in rows], "USD")
    return LineFigures(
        line=line,
        billed=total([one.billed for one in ours], "USD"),
        effective=total([one.effective for one in ours], "USD"),
        economic=economic,
        share_ratio=economic.over(whole) if whole.amount else Decimal(0),
        budget=usd("200000") if line is Line.COLO else None,
    )


def lines_of(rows: Sequence[Posting]) -> tuple[LineFigures, ...]:
    posted = [line for line in Line if any(one.line is line for one in rows)]
    lines = [line_figures(rows, line) for line in posted]
    return tuple(sorted(lines, key=lambda one: -one.economic.amount))


def cloud_prices() -> tuple[CloudPrice, ...]:
    def price(provider: str, usd_per_hour: str, as_of: str) -> CloudPrice:
        return CloudPrice(
            provider=provider,
            sku="8x H100",
            gpu_model="H100",
            gpu_count=8,
            purchase_option=PurchaseOption.ON_DEMAND,
            price=usd(usd_per_hour),
            as_of=date.fromisoformat(as_of),
            quality=Quality.LIST,
            source=f"price list of {provider}",
        )

    return (
        price("Lambda", "3.99", "2026-11-03"),
        price("RunPod", "2.69", "2026-10-19"),
        price("AWS", "6.88", "2026-07-09"),
    )


ENERGY = EnergyFigures(
    it_kwh=727_407.96,
    it_modelled_kwh=12_000.0,
    facility_kwh=982_000.75,
    pue=Decimal("1.35"),
    pue_measured=False,
    peak_kw=1388.5,
    peak_at=datetime(2026, 11, 12, 21, tzinfo=UTC),
    billed_kwh=None,
    per_mwh=usd("81.77"),
    carbon_kg=89_263.9,
    advice=(Advice("reserve 1,185 kW", usd("415800"), "if the lease allows"),),
)

DOWNTIME = Downtime(
    whole=LostTime("all", 40, 22_703.5, usd("54213.96")),
    ended=38,
    mean_hours_to_repair=21.5,
    by_runbook=(LostTime("gpu-fell-off-bus", 14, 9_000.25, usd("21500")),),
    by_phase=(LostTime("people", 40, 18_000.0, usd("43000")),),
)

STAFF = Staff(721.0, 1.0, Decimal("5.006"), usd("25943.20"), 40, usd("648.58"), usd("36.25"))

OUTLOOK = Outlook(
    months=36,
    lines=(LineTotal(Line.GPU_CARDS, usd("30720000"), Decimal("0.48"), usd("1.142")),),
    capital=usd("47860000"),
    running=usd("16210000"),
    residual=usd("10670000"),
    cost_of_capital=usd("10870000"),
    levels=Levels(usd("2.388"), usd("2.462"), usd("2.676"), usd("3.149")),
    gpu_share_ratio=Decimal("0.48"),
)

RIVALS = (
    Rival(
        "neocloud on demand",
        usd("2.99"),
        Decimal("0.177"),
        Decimal("0.823"),
        31,
        usd("9000000"),
        Decimal("0.21"),
    ),
)

SWINGS = (
    Swing(
        "life",
        "2 years",
        "5 years",
        usd("3.21"),
        usd("1.87"),
        Decimal("0.52"),
        Decimal("0.41"),
        Decimal("-0.07"),
        None,
    ),
)

CLAIMS = (Claim("M1", "Cards are half of all cost.", Finding.CONFIRMED, "48.0 %", "41 % at 5 y"),)

QUOTES = quotes_on(cloud_prices(), "H100", READ_ON)


IDENTITY: dict[str, Any] = {
    "site": "toronto-1",
    "gpu_model": "H100",
    "gpus_installed": 1024,
    "currency": "USD",
    "closed": True,
}


def figures(rows: Iterable[Posting] | None = None, month: Month = NOVEMBER) -> MonthFigures:
    """The whole month, of these postings."""
    kept = tuple(postings() if rows is None else rows)
    whole = total([one.economic for one in kept], "USD")
    own = total([one.economic for one in kept if not one.corrects], "USD")
    levels = Levels(*(own.per(Decimal(str(hours))) for hours in LEVEL_HOURS))
    return MonthFigures(
        **IDENTITY,
        month=month,
        window=Window(month, month.from_at, month.to_at, month.seconds),
        to_at=month.to_at,
        postings=kept,
        lines=lines_of(kept),
        total=whole,
        billed=total([one.billed for one in kept], "USD"),
        effective=total([one.effective for one in kept], "USD"),
        budget=usd("1800000"),
        use=USE,
        levels=levels,
        idle=Idle(usd("55123.45"), usd("139000.01"), usd("61000"), usd("221000")),
        racks=(Part("R01-01", replace(USE, installed=5768.0), usd("13800.5")),),
        models=(Part("H100", USE, whole),),
        teams=(Part("physics", replace(USE, allocated=12_000.0), usd("29544")),),
        energy=ENERGY,
        kwh_per_utilised_hour=1.7558,
        fill_ratio=Decimal("0.9806"),
        downtime=DOWNTIME,
        staff=STAFF,
        quotes=QUOTES,
        cloud=band(QUOTES, PurchaseOption.ON_DEMAND),
        verdict=Verdict(Answer.YES, "An available GPU-hour cost USD 2.46.", "Above 82 %."),
        movers=(Mover(Line.COLO, usd("12400"), "budget"),),
        bridge=Bridge(usd("1800000"), (Cause("price", usd("-38000"), "cheaper power"),), whole),
        trend=(TrendMonth("2026-11", whole, levels, usd("2.69"), usd("3.34"), None, 0.97, True),),
        outlook=OUTLOOK,
        rivals=RIVALS,
        swings=SWINGS,
        claims=CLAIMS,
        assumptions=(Assumption("PUE", "1.35", Origin("assumption: a hall like others")),),
        doubts=(Doubt(Weight.NOTE, "Cloud prices are list prices."),),
    )
