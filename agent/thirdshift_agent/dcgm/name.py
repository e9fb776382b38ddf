"""What one of DCGM's names is made of. The names themselves stand in `names.py`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from thirdshift_agent.collectors.row import Readings, Series

PREFIX = "DCGM_FI_"
_DECIMALS = 6
"""Of a gauge; what a factor adds beyond is the noise of binary fractions. Counters are whole."""


@dataclass(frozen=True, slots=True)
class DcgmName:
    """One name. Its value is the sum of the readings that there are, each times its factor."""

    name: str
    help: str
    parts: Mapping[Series, float]
    is_counter: bool = False

    def value(self, readings: Readings) -> float | None:
        """In DCGM's unit; None where there is no reading."""
        found = [readings[part] * factor for part, factor in self.parts.items() if part in readings]
        return round(sum(found), 0 if self.is_counter else _DECIMALS) if found else None


def gauge(
    name: str,
    help: str,  # noqa: A002 - Prometheus' word
    row: str,
    factor: float = 1.0,
    label: str | None = None,
) -> DcgmName:
    """Return a name that one reading serves."""
    return DcgmName(PREFIX + name, help, {_series(row, label): factor})


def counter(
    name: str,
    help: str,  # noqa: A002 - Prometheus' word
    row: str,
    factor: float = 1.0,
    label: str | None = None,
) -> DcgmName:
    """Return a name that one growing reading serves."""
    return DcgmName(PREFIX + name, help, {_series(row, label): factor}, is_counter=True)


def _series(row: str, label: str | None) -> Series:
    return row, () if label is None else (label,)
