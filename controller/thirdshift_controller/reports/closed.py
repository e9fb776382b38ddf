"""Closed months: frozen figures, one file a month, each with the hash of what it holds."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from thirdshift_controller.costs.calendar import Month
from thirdshift_controller.costs.month.figures import MonthFigures
from thirdshift_controller.errors import RefusedError
from thirdshift_controller.reports.data.figures_json import from_json, to_json
from thirdshift_controller.reports.disk import put


@dataclass(frozen=True, slots=True)
class ClosedMonths:
    """The shelf that they stand on."""

    folder: Path

    def of(self, month: Month) -> MonthFigures | None:
        """A month as it was closed; `None` while it is open. Raises `RefusedError`."""
        path = self._path(str(month))
        return _read(path) if path.is_file() else None

    def before(self, month: Month) -> tuple[MonthFigures, ...]:
        """Those that lie before a month, oldest first. Raises `RefusedError`."""
        return tuple(self._before(f"{month}.json"))

    def close(self, figures: MonthFigures, now: datetime) -> MonthFigures:
        """Freeze a month. One that is closed already is returned as it was."""
        known = self.of(figures.month)
        if known is not None:
            return known
        if now < figures.month.to_at:
            raise RefusedError(f"{figures.month} is not over; close it when it is")
        frozen = replace(figures, closed=True)
        put(self._path(str(figures.month)), _sealed(frozen, now))
        return frozen

    def _before(self, name: str) -> Iterator[MonthFigures]:
        for path in sorted(self.folder.glob("2???-??.json")):
            if path.name < name:
                yield _read(path)

    def _path(self, month: str) -> Path:
        return self.folder / f"{month}.json"


def _sealed(figures: MonthFigures, now: datetime) -> bytes:
    text = to_json(figures)
    seal = {"closed_at": now.isoformat(), "sha256": _hash(text), "figures": json.loads(text)}
    return json.dumps(seal, indent=1, sort_keys=True).encode()


def _read(path: Path) -> MonthFigures:
    try:
        seal = json.loads(path.read_bytes())
        figures = from_json(json.dumps(seal["figures"]))
    except (ValueError, KeyError, TypeError) as error:
        raise RefusedError(f"{path} is not a closed month; restore it from a backup") from error
    if _hash(to_json(figures)) != seal["sha256"]:
        raise RefusedError(f"{path} was changed since it was closed; restore it from a backup")
    return figures


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
