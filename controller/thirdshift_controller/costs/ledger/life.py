"""How many months of its life an asset has lived at an instant, and in fractions of a month.

A month of life begins on the day of the month that the asset went into service on, or on the last
day of a month that is too short, and lasts until the next.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from thirdshift_controller.costs.books.books import Asset
from thirdshift_controller.costs.ledger.span import Span, midnight, ratio


def lived_months(asset: Asset, at: datetime, timezone: ZoneInfo) -> Decimal:
    """0 up to its first day, its whole life from the day that it ends."""
    day, begins = at.astimezone(timezone).date(), asset.in_service_on
    whole = (day.year - begins.year) * 12 + day.month - begins.month
    if day < after_months(begins, whole):
        whole -= 1
    if not 0 <= whole < asset.life_months:
        return Decimal(max(0, min(whole, asset.life_months)))
    from_at = midnight(after_months(begins, whole), timezone)
    to_at = midnight(after_months(begins, whole + 1), timezone)
    return whole + ratio(at - from_at, to_at - from_at)


def life_in(asset: Asset, span: Span) -> Span | None:
    """What of a span is in its life."""
    return span.clip(asset.in_service_on, after_months(asset.in_service_on, asset.life_months))


def after_months(day: date, months: int) -> date:
    """The same day so many months later; the month's last day where the month is too short."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
