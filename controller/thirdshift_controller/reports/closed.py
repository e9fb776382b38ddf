"""Closed months on disk, one file a month: postings and figures as they were shown."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from thirdshift_controller.config import ConfigError
from thirdshift_controller.config.source import read_text
from thirdshift_controller.costs.calendar import Month
from thirdshift_controller.costs.ledger.close import ClosedMonth, close, from_json, to_json
from thirdshift_controller.costs.month.figures import MonthFigures
from thirdshift_controller.disk import put
from thirdshift_controller.reports.data.figures_json import figures_from_plain, figures_json


@dataclass(frozen=True, slots=True)
class ClosedMonths:
    """The shelf that they stand on. Reading raises `ConfigError` for a changed file."""

    folder: Path

    def of(self, month: Month) -> ClosedMonth | None:
        """A month as it was closed; `None` while it is open."""
        path = self._path(str(month))
        return _read(path) if path.is_file() else None

    def every(self) -> tuple[ClosedMonth, ...]:
        """All of them, oldest first."""
        return tuple(_read(path) for path in self._paths())

    def last_before(self, month: Month) -> ClosedMonth | None:
        """The newest that lies before a month; no other is read."""
        names = [path for path in self._paths() if path.stem < str(month)]
        return _read(names[-1]) if names else None

    def before(self, month: Month) -> tuple[ClosedMonth, ...]:
        """Those that lie before a month, oldest first."""
        return tuple(one for one in self.every() if one.month < str(month))

    def close(self, figures: MonthFigures, now: datetime) -> ClosedMonth:
        """Freeze a month; one that is closed already stays as it was. Raises `ConflictError`."""
        month, frozen = figures.month, _frozen(figures)
        today = now.astimezone(month.timezone).date()
        plain = json.loads(figures_json(frozen))
        closed = close(month, today, frozen.postings, plain, self.of(month))
        put(self._path(str(month)), to_json(closed).encode())
        return closed

    def _paths(self) -> list[Path]:
        return sorted(self.folder.glob("2[0-9][0-9][0-9]-[01][0-9].json"))

    def _path(self, month: str) -> Path:
        return self.folder / f"{month}.json"


def _frozen(figures: MonthFigures) -> MonthFigures:
    *before, this = figures.trend
    return replace(figures, closed=True, trend=(*before, replace(this, closed=True)))


def shown(closed: ClosedMonth) -> MonthFigures:
    """The figures of a closed month, as they were."""
    return figures_from_plain(closed.figures)


def _read(path: Path) -> ClosedMonth:
    return _verified(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=64)
def _verified(path: Path, _written_at_ns: int) -> ClosedMonth:
    """Reading proves the hash, which takes a while; a file that was not touched is proved once."""
    closed = from_json(read_text(path), str(path))
    if closed.month != path.stem:
        raise ConfigError(
            f"{path}: holds {closed.month}; a closed month keeps its name: take the copy away"
        )
    return closed
