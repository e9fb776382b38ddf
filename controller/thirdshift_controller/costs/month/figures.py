"""Every figure of a month of one site. Pages, files and the console show these and no others."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from thirdshift_controller.costs.calendar import Month
from thirdshift_controller.costs.claims.claim import Claim
from thirdshift_controller.costs.market.comparison import CloudBand, Verdict
from thirdshift_controller.costs.market.quotes import Quote
from thirdshift_controller.costs.money import Money
from thirdshift_controller.costs.month.doubts import Doubt
from thirdshift_controller.costs.origin import Origin
from thirdshift_controller.costs.posting import Line, Posting
from thirdshift_controller.costs.power.figures import EnergyFigures
from thirdshift_controller.costs.tco.outlook import Levels, Outlook, Rival, Swing
from thirdshift_controller.costs.usage.downtime import Downtime
from thirdshift_controller.costs.usage.totals import Use
from thirdshift_controller.costs.usage.watch import Window


@dataclass(frozen=True, slots=True)
class LineFigures:
    """One line of the month in the three ledgers, beside its budget."""

    line: Line
    billed: Money
    effective: Money
    economic: Money
    share_ratio: Decimal
    """Of the economic total."""
    budget: Money | None
    """Of the economic cost."""


@dataclass(frozen=True, slots=True)
class Part:
    """A rack, a model of GPU or a team: its GPU-hours and what they cost."""

    name: str
    use: Use
    cost: Money
    """Its part of the economic cost, by installed GPU-hours; a team's by allocated ones."""


@dataclass(frozen=True, slots=True)
class Cause:
    """One step from the budget to what was, such as the price of electricity."""

    name: str
    """`price`, `volume`, `efficiency`, `exchange`, or a line's name for what has no plan."""
    amount: Money
    why: str


REST = "rest"
"""The cause that gathers what is too small to be told apart."""


@dataclass(frozen=True, slots=True)
class Bridge:
    """From the budget to what was; the causes add up to the difference."""

    budget: Money
    causes: tuple[Cause, ...]
    actual: Money


@dataclass(frozen=True, slots=True)
class Mover:
    """A line that moved most against the month before, or against the budget."""

    line: Line
    amount: Money
    against: str
    """`2026-09` or `budget`."""


@dataclass(frozen=True, slots=True)
class TrendMonth:
    """A month in a row of months."""

    month: str
    cost: Money
    levels: Levels
    cloud_low: Money | None
    cloud_median: Money | None
    cloud_high: Money | None
    available_ratio: float | None
    closed: bool


@dataclass(frozen=True, slots=True)
class Staff:
    """Whose hands there were, and what a repair cost."""

    rota_hours: float
    """Person-hours on the rota."""
    covered_ratio: float
    """Of the month's hours, those with somebody on duty."""
    seats: Decimal
    """Full-time people that one seat around the clock takes, at 1,750 net hours a year."""
    cost: Money
    repairs: int
    per_repair: Money | None
    per_thousand_gpu_hours: Money | None


@dataclass(frozen=True, slots=True)
class Idle:
    """What was paid for and not used."""

    lost: Money | None
    """Installed and not available."""
    idle: Money | None
    """Available and not allocated; `None` where no scheduler is read."""
    replacement: Money | None
    """What renting the lost hours would have cost, at the middle of the band."""
    point_per_year: Money | None
    """What one point of availability is worth."""


@dataclass(frozen=True, slots=True)
class Assumption:
    """A number that the month rests on, and where it comes from."""

    what: str
    value: str
    origin: Origin


@dataclass(frozen=True, kw_only=True)
class MonthLedger:
    """What the month cost."""

    to_at: datetime
    """Up to where it was reckoned: the month's end, or the instant that a running one was at."""
    postings: tuple[Posting, ...]
    lines: tuple[LineFigures, ...]
    """Largest economic cost first."""
    total: Money
    """Economic, of the whole span that the postings cover."""
    billed: Money
    effective: Money
    budget: Money | None
    movers: tuple[Mover, ...]
    bridge: Bridge | None


@dataclass(frozen=True, kw_only=True)
class MonthUse:
    """What was had of it."""

    window: Window | None
    """What of the month was watched; `None` where nothing was."""
    use: Use
    """Of what was watched."""
    levels: Levels
    """Economic cost of a GPU-hour at each level, without what was restated."""
    idle: Idle
    racks: tuple[Part, ...]
    models: tuple[Part, ...]
    teams: tuple[Part, ...]
    energy: EnergyFigures
    kwh_per_utilised_hour: float | None
    fill_ratio: Decimal | None
    """Measured peak of kW reserved."""
    downtime: Downtime
    staff: Staff


@dataclass(frozen=True, kw_only=True)
class MonthMarket:
    """What renting the same cost in the same month."""

    gpu_model: str
    quotes: tuple[Quote, ...]
    """What others ask for this GPU, cheapest first, in their own currencies."""
    cloud: CloudBand | None
    """On demand, in the books' currency: what the verdict rests on."""
    verdict: Verdict


@dataclass(frozen=True, kw_only=True)
class MonthAhead:
    """What the month foreshadows, and what it says to what people claim."""

    outlook: Outlook | None
    """`None` where nothing was watched, or where the books hold no card."""
    rivals: tuple[Rival, ...]
    swings: tuple[Swing, ...]
    """Widest first."""
    claims: tuple[Claim, ...]


@dataclass(frozen=True, kw_only=True)
class MonthFigures(MonthLedger, MonthUse, MonthMarket, MonthAhead):
    """One month of one site. `None` is what cannot be said; a doubt then says why."""

    site: str
    gpus_installed: int
    month: Month
    currency: str
    closed: bool
    trend: tuple[TrendMonth, ...]
    """13 at most, this month last."""
    assumptions: tuple[Assumption, ...]
    doubts: tuple[Doubt, ...]
    """Warnings first."""

    @property
    def is_running(self) -> bool:
        """Whether the month was not over when it was reckoned."""
        return self.to_at < self.month.to_at

    def gpu_hours(self, level: str) -> float | None:
        """Those that the price of a level is divided by: of all GPUs in the whole time reckoned.

        What was watched stands for the rest. `level` is a field of `Levels`; `None` where there is
        no such hour.
        """
        use, window = self.use, self.window
        watched = use.allocated_hours if level == "allocated" else getattr(use, level)
        if not watched or window is None:
            return None
        span_seconds = (self.to_at - self.month.from_at).total_seconds()
        return float(watched * span_seconds / window.covered_seconds)
