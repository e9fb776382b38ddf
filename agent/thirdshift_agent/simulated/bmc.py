"""A node's management controller that is not there: supplies, fans, air, leaks and its event log.

What is broken here is mended by hands alone, but for a controller that hangs.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from thirdshift_agent.simulated.healing import Remedy, heals_ratio

SILENT = "bmc:silent"
BASE_WATTS = 1_600.0
"""Processors, memory, fans and network of an 8-GPU server; its GPUs come on top."""
INLET_CELSIUS = 23.0

TROUBLES: Mapping[str, tuple[str, str]] = {
    "psu:failed": ("PSU2", "power supply failure detected"),
    "psu:redundancy_lost": ("PS Redundancy", "redundancy lost"),
    "psu:input_lost": ("PSU2", "power supply input lost"),
    "fan:failed": ("Fan 4B", "rotates at 0 of 9,000 a minute"),
    "fan:redundancy_lost": ("Fan Redundancy", "redundancy lost"),
    "inlet:warm": ("Inlet Temp", "above its warning threshold"),
    "inlet:hot": ("Inlet Temp", "above its critical threshold"),
    "leak:warning": ("LeakDetector 1", "moisture detected"),
    "leak:detected": ("LeakDetector 1", "leak detected"),
}
"""Part and words, by signal: what lasts until hands end it."""

ENTRIES: Mapping[str, str] = {
    "sel:bus_fatal": "Critical Interrupt: Bus Fatal Error asserted",
    "sel:memory": "Memory: Uncorrectable ECC asserted",
    "sel:power": "Power Unit: Power off/down asserted",
    "sel:processor": "Processor: IERR asserted",
    "sel:thermal_trip": "Processor: Thermal Trip asserted",
    "sel:drive": "Drive Slot: Drive Fault asserted",
}
"""What the log says of what has happened."""

FAULTS = (SILENT, *TROUBLES, *ENTRIES)

_WARM = {"inlet:warm": 34.0, "inlet:hot": 42.0}


class Bmc:
    """One node's. It runs while the node does not."""

    def __init__(self) -> None:
        self._troubles: dict[str, None] = {}
        self._log: list[dict[str, object]] = []
        self._silence: float | None = None

    @property
    def answers(self) -> bool:
        """Whether it can be asked."""
        return self._silence is None

    def begin(self, fault: str, luck: float, at: datetime) -> None:
        """Let something happen; `luck` decides whether a reset ends a silence."""
        if fault == SILENT:
            self._silence = luck
        elif fault in ENTRIES:
            self._note(fault, at)
        else:
            self._troubles[fault] = None

    def reset(self) -> None:
        """Start it anew."""
        if self._silence is not None and self._silence < heals_ratio(SILENT, Remedy.BMC_RESET):
            self._silence = None

    def mend(self) -> None:
        """Take every trouble away, as hands do; the log stays."""
        self._troubles.clear()
        self._silence = None

    def reading(self, gpu_watts: float) -> dict[str, object]:
        """What it says now."""
        return {
            "power_on": True,
            "power_watts": round(BASE_WATTS + gpu_watts, 1),
            "inlet_celsius": max(
                (_WARM.get(one, INLET_CELSIUS) for one in self._troubles), default=INLET_CELSIUS
            ),
            "troubles": [_trouble(fault) for fault in self._troubles],
            "log": list(self._log),
        }

    def _note(self, fault: str, at: datetime) -> None:
        self._log.append(
            {
                "number": str(len(self._log) + 1),
                "at": at.isoformat(),
                "code": fault.partition(":")[2],
                "message": ENTRIES[fault],
            }
        )


def _trouble(fault: str) -> dict[str, object]:
    kind, _, code = fault.partition(":")
    unit, message = TROUBLES[fault]
    return {"kind": kind, "code": code, "unit": unit, "message": message}
