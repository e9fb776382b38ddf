"""What was written and to whom it was sent: a small JSON file beside the reports.

It is written anew after each step, whole or not at all, so that a month is neither forgotten nor
sent twice when the controller ends in between.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from thirdshift_controller.config import ConfigError
from thirdshift_controller.disk import put
from thirdshift_controller.reports.calendar import Stage


@dataclass(frozen=True, slots=True)
class Entry:
    """One report."""

    written_at: datetime
    waiting: tuple[str, ...] = ()
    """Who is to have it by mail and has not."""
    sent: Mapping[str, datetime] = field(default_factory=dict)
    refused: Mapping[str, str] = field(default_factory=dict)
    """What the server last said of some who wait."""

    def after(self, refused: Mapping[str, str], now: datetime) -> Entry:
        """Once a letter went to all who waited, but for those refused."""
        sent = dict.fromkeys((one for one in self.waiting if one not in refused), now)
        waiting = tuple(one for one in self.waiting if one in refused)
        return replace(self, waiting=waiting, sent={**self.sent, **sent}, refused=dict(refused))


Entries = dict[str, dict[Stage, Entry]]
_ENTRIES: TypeAdapter[Entries] = TypeAdapter(Entries)


class Record:
    """The file. Its folder must be there."""

    def __init__(self, path: Path) -> None:
        """Raises `ConfigError` where there is a file that cannot be read as one."""
        self._path = path
        self._entries = _read(path) if path.exists() else {}

    def written(self) -> frozenset[tuple[str, Stage]]:
        """Every report there is."""
        return frozenset(
            (month, stage) for month, stages in self._entries.items() for stage in stages
        )

    def newest(self) -> dict[tuple[str, Stage], Entry]:
        """Each month's report that is farthest, in the order of the months."""
        found = {}
        for month, stages in sorted(self._entries.items()):
            stage = Stage.FINAL if Stage.FINAL in stages else Stage.DRAFT
            found[month, stage] = stages[stage]
        return found

    def keep(self, month: str, stage: Stage, entry: Entry) -> None:
        """Put an entry in the place of the one before, on the disk too. Raises `OSError`."""
        self._entries.setdefault(month, {})[stage] = entry
        plain = _ENTRIES.dump_python(self._entries, mode="json")
        put(self._path, json.dumps(plain, indent=1, sort_keys=True).encode())


def _read(path: Path) -> Entries:
    try:
        return _ENTRIES.validate_json(path.read_bytes())
    except ValidationError:
        raise ConfigError(
            f"{path}: is no record of reports; put back a copy, or take it away and every month's"
            " report is written and sent again"
        ) from None
