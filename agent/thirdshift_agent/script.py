"""A script of faults for simulated GPUs: what breaks where, and how long after the start.

[[faults]]
after_seconds = 30      # by the clock, so a faster clock brings it sooner
node = "gpu-0101"       # only where one process simulates many nodes
slot = 3
fault = "xid:64"
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from thirdshift_agent.simulated import FAULTS, ScheduledFault

_KEYS = ("after_seconds", "node", "slot", "fault")


class ScriptError(ValueError):
    """The script cannot be read; the text names file, key and remedy."""


@dataclass(frozen=True, slots=True)
class Stage:
    """Where and from when on the script is played."""

    nodes: Sequence[str]
    gpus: int
    starts_at: datetime


def read_script(path: Path, stage: Stage) -> Mapping[str, Sequence[ScheduledFault]]:
    """Return the script's faults by node. Raises `ScriptError`."""
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ScriptError(
            f"{path}: {error.strerror}; name a file that can be read with --script"
        ) from error
    except ValueError as error:
        raise ScriptError(f"{path}: {error}; write it as [[faults]] tables in TOML") from error
    if unknown := tables.keys() - {"faults"}:
        raise ScriptError(f"{path}: unknown key {min(unknown)!r}; there is only [[faults]]")
    faults = tables.get("faults", [])
    if not isinstance(faults, list):
        raise ScriptError(f"{path}: faults is not a list; write each one under [[faults]]")
    script: dict[str, list[ScheduledFault]] = {}
    for number, table in enumerate(faults, start=1):
        entry = _Entry(f"{path}: fault {number}", table, stage)
        script.setdefault(entry.node(), []).append(entry.fault())
    return script


class _Entry:
    def __init__(self, where: str, table: Any, stage: Stage) -> None:
        self._where, self._table, self._stage = where, table, stage
        if not isinstance(table, dict):
            raise ScriptError(f"{where} is not a table; write it under [[faults]]")
        if unknown := table.keys() - set(_KEYS):
            raise ScriptError(
                f"{where}: unknown key {min(unknown)!r}; there are {', '.join(_KEYS)}"
            )

    def node(self) -> str:
        nodes = self._stage.nodes
        node = self._table.get("node", nodes[0] if len(nodes) == 1 else None)
        if node not in nodes:
            raise self._wrong("node", f"one that is simulated here, such as {nodes[0]}")
        return str(node)

    def fault(self) -> ScheduledFault:
        after, slot, fault = (self._table.get(key) for key in ("after_seconds", "slot", "fault"))
        if type(after) not in (int, float) or not 0 <= after < 1e9:
            raise self._wrong("after_seconds", "seconds, 0 or more")
        if type(slot) is not int or not 0 <= slot < self._stage.gpus:
            raise self._wrong("slot", f"a slot from 0 to {self._stage.gpus - 1}")
        if not isinstance(fault, str) or fault not in FAULTS:
            raise self._wrong("fault", f"one of {', '.join(FAULTS)}")
        return ScheduledFault(self._stage.starts_at + timedelta(seconds=after), slot, fault)

    def _wrong(self, key: str, remedy: str) -> ScriptError:
        return ScriptError(f"{self._where}: {key}={self._table.get(key)!r}; give {remedy}")
