"""A ratio for people."""

from __future__ import annotations

from decimal import Decimal


def percent(ratio: Decimal | float, places: int = 0) -> str:
    """In hundredths: `48.0 %`."""
    return f"{ratio * 100:.{places}f} %"
