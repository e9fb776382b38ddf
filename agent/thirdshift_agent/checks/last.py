"""The last check's verdict in a file: written whole by the check, read by the daemon.

The daemon exports it so that a node is known to be tested, and when; it does not judge it.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from thirdshift_agent.checks.errors import CheckError
from thirdshift_agent.checks.finding import Status, Unit, worst
from thirdshift_agent.checks.verdict import Verdict
from thirdshift_agent.collectors.host.collector import HostCollector
from thirdshift_agent.collectors.row import Readings, Row, Series

STATUS = Row(
    "check_status",
    "What the last check came to: 0 well, 1 warning, 2 broken, 3 unknown; `all` is the worst.",
    ("check",),
)
LEVEL = Row("check_level", "How deep the last check went, 1 to 3.")
RUN_AT = Row("check_last_run_timestamp_seconds", "When the last check ended.")
BANDWIDTH = Row(
    "check_bandwidth_bytes_per_second",
    "Measured in the last check; without a slot, of the node.",
    ("check", "slot"),
)
ROWS = (STATUS, LEVEL, RUN_AT, BANDWIDTH)
LARGEST_BYTES = 1024**2


def keep(verdict: Verdict, path: Path) -> None:
    """Put the verdict into the file, so that a reader sees the old or the new one whole.

    Raises `CheckError` where it cannot be written.
    """
    draft = path.with_name(f"{path.name}.{os.getpid()}.new")
    try:
        with draft.open("w", encoding="utf-8") as file:
            file.write(verdict.encode() + "\n")
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except OSError as error:
        with suppress(OSError):
            draft.unlink(missing_ok=True)
        raise CheckError(
            f"--out {path}: {error.strerror}; name a file that you may write"
        ) from error


def last_check(path: Path, every_seconds: float = 60.0) -> HostCollector:
    """Return the collector of the file that `check --out` writes."""
    return HostCollector("check", ROWS, lambda roots: read_last(path), every_seconds)


def read_last(path: Path) -> Readings:
    """Read the file; nothing where no check was made, or where it cannot be understood."""
    try:
        with path.open("rb") as file:
            told = json.loads(file.read(LARGEST_BYTES))
        return dict(_readings(told))
    except (FileNotFoundError, ValueError, KeyError, TypeError, RecursionError, OverflowError):
        return {}


def _readings(told: dict[str, object]) -> Iterator[tuple[Series, float]]:
    ended_at = datetime.fromisoformat(str(told["ended_at"]))
    yield (RUN_AT.name, ()), ended_at.timestamp()
    yield (LEVEL.name, ()), float(str(told["level"]))
    yield (STATUS.name, ("all",)), float(Status[str(told["status"])])
    found: dict[str, list[Status]] = {}
    findings = told["findings"]
    for finding in findings if isinstance(findings, list) else []:
        name = str(finding["check"])
        found.setdefault(name, []).append(Status[str(finding["status"])])
        if finding["measured"] is not None and finding["unit"] == Unit.BYTES_PER_SECOND:
            slot = "" if finding["slot"] is None else str(finding["slot"])
            yield (BANDWIDTH.name, (name, slot)), float(finding["measured"])
    for name, statuses in found.items():
        yield (STATUS.name, (name,)), float(worst(statuses))
