"""One simulated card: heat, power, counters and what is broken on it. It knows no driver.

Ground truth is an H100: 70 W and 41 °C idle, 630 W and 59 °C at work.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime
from random import Random
from threading import Event
from uuid import UUID

from thirdshift_agent.collectors.gpu import recovery
from thirdshift_agent.collectors.row import Readings
from thirdshift_agent.inject.fault import InjectedFault
from thirdshift_agent.simulated.faults import FAULTS, HUNG, OFF_BUS, REMAP_FAILED, REMAP_PENDING
from thirdshift_agent.simulated.healing import Remedy, heals_ratio
from thirdshift_agent.simulated.steady import AT_WORK, LIMIT_CELSIUS, MEMORY_BYTES, NAME, STEADY
from thirdshift_agent.simulated.workload import Workload
from thirdshift_agent.wire import GpuIdentity, RecoveryAction

IDLE_WATTS, BUSY_WATTS = 70.0, 630.0
IDLE_CELSIUS, BUSY_CELSIUS = 41.0, 59.0
WARM_UP_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class _Shown:
    """How a fault that only shows is read, in place of the model's readings."""

    readings: Readings
    is_lost: bool
    luck: float


class Card:
    """Changes only when told to: every change names its instant, and heat follows up to there."""

    def __init__(self, slot: int, pci_address: str, draw: Random, work: Workload, at: datetime):
        self.identity = GpuIdentity(
            slot=slot,
            uuid=f"GPU-{UUID(int=draw.getrandbits(128), version=4)}",
            serial=f"16{draw.randrange(10**11):011d}",
            pci_address=pci_address,
            name=NAME,
        )
        self._work, self._at = work, at
        self._thirst_ratio = draw.uniform(0.97, 1.03)
        self._celsius, self._joules = IDLE_CELSIUS, 0.0
        self._corrected, self._uncorrected, self._rows = draw.randrange(20), 0, 0
        self._faults: dict[str, float] = {}
        self._shown: dict[str, _Shown] = {}
        self.introduced = False
        """Whether the driver has written to the kernel's log who this card is."""
        self.hung_since: datetime | None = None
        self.answering = Event()
        self.answering.set()

    @property
    def broken(self) -> bool:
        """Whether anything is wrong with it."""
        return bool(self._faults)

    @property
    def lost(self) -> bool:
        """Whether it has fallen off the bus."""
        return OFF_BUS in self._faults or any(one.is_lost for one in self._shown.values())

    @property
    def needs_replacement(self) -> bool:
        """Whether hands can only swap it."""
        return REMAP_FAILED in self._faults

    def break_with(self, fault: str, at: datetime, luck: float) -> None:
        """Let a fault happen; `luck` from 0 to 1 decides which remedies will end it."""
        self._follow(at)
        self._uncorrected += FAULTS[fault].uncorrected_errors
        if FAULTS[fault].lasts:
            self._faults[fault] = luck
        if fault == HUNG:
            self._hang(at)

    def show(self, fault: InjectedFault, at: datetime, luck: float) -> None:
        """Read otherwise from now on, until it is healed or mended."""
        now = self.readings(at)
        grown = {series: now.get(series, 0.0) + by for series, by in fault.rises.items()}
        self._shown[fault.name] = _Shown({**fault.readings, **grown}, fault.is_lost, luck)
        if fault.hangs_in:
            self._hang(at)

    def heal(self, remedy: Remedy, at: datetime) -> bool:
        """Suffer a remedy; whether that ended all that one may end."""
        self._follow(at)
        healed = {f for f, luck in self._faults.items() if luck < heals_ratio(f, remedy)}
        self._rows += REMAP_PENDING in healed
        self._faults = {f: luck for f, luck in self._faults.items() if f not in healed}
        self._shown = {
            f: one for f, one in self._shown.items() if one.luck >= heals_ratio(f, remedy)
        }
        if HUNG in healed:
            self._answer()
        return not self._faults.keys() - {REMAP_FAILED}

    def mend(self, at: datetime) -> None:
        """Take every fault away."""
        self._follow(at)
        self._faults.clear()
        self._shown.clear()
        self._answer()

    def replaced(self, draw: Random, at: datetime) -> Card:
        """Return another card in the same place."""
        return Card(self.identity.slot, self.identity.pci_address, draw, self._work, at)

    def readings(self, at: datetime) -> Readings:
        """What the driver would read now."""
        self._follow(at)
        busy = self._busy(self._work.busy(at))
        return {
            **STEADY,
            **self._of_work(busy),
            ("temperature_celsius", ()): float(round(self._celsius)),
            ("memory_temperature_celsius", ()): float(round(self._celsius + 6)),
            ("temperature_margin_celsius", ()): float(round(LIMIT_CELSIUS - self._celsius)),
            ("energy_joules_total", ()): round(self._joules, 3),
            ("ecc_errors_total", ("corrected", "dram")): float(self._corrected),
            ("ecc_errors_total", ("uncorrected", "dram")): float(self._uncorrected),
            ("remapped_rows_total", ("uncorrectable",)): float(self._rows),
            ("remap_pending", ()): float(REMAP_PENDING in self._faults),
            ("remap_failed", ()): float(REMAP_FAILED in self._faults),
            **self._recovery(),
            **self._overlay(),
        }

    def watts(self, at: datetime) -> float:
        """What it draws now, in watts."""
        self._follow(at)
        return self._watts(self._busy(self._work.busy(at)))

    def activity(self, at: datetime) -> Readings:
        """What the chip's own counters would say of the time before `at`."""
        busy = self._busy(self._work.busy(at))
        return {(name, ()): value if busy else 0.0 for name, value in AT_WORK.items()}

    def _of_work(self, busy: bool) -> Readings:
        watts = round(self._watts(busy), 3)
        used = MEMORY_BYTES * 9 // 10 if busy else 0
        return {
            ("power_watts", ()): watts,
            ("power_instant_watts", ()): watts,
            ("sm_clock_hertz", ()): 1755e6 if busy else 345e6,
            ("utilisation_ratio", ()): 0.98 if busy else 0.0,
            ("memory_utilisation_ratio", ()): 0.4 if busy else 0.0,
            ("memory_used_bytes", ()): float(used),
            ("memory_free_bytes", ()): float(MEMORY_BYTES - used),
            ("throttle_reason", ("gpu_idle",)): float(not busy),
        }

    def _recovery(self) -> Readings:
        asked = list(RecoveryAction).index(self._asks_for())
        return {
            (recovery.CODE, ()): float(asked),
            **{
                (recovery.ACTION, (action.value,)): float(number == asked)
                for number, action in enumerate(RecoveryAction)
            },
        }

    def _overlay(self) -> Readings:
        return {
            series: value for one in self._shown.values() for series, value in one.readings.items()
        }

    def _answer(self) -> None:
        self.hung_since = None
        self.answering.set()

    def _hang(self, at: datetime) -> None:
        self.hung_since = at
        self.answering.clear()

    def _asks_for(self) -> RecoveryAction:
        asked = (FAULTS[fault].asks_for for fault in self._faults)
        return next(
            (action for action in asked if action is not RecoveryAction.NONE), RecoveryAction.NONE
        )

    def _busy(self, job: bool) -> bool:
        return job and not any(FAULTS[fault].stops_work for fault in self._faults)

    def _watts(self, busy: bool) -> float:
        return BUSY_WATTS * self._thirst_ratio if busy else IDLE_WATTS

    def _follow(self, at: datetime) -> None:
        for seconds, job in self._work.stretches(self._at, at):
            watts = self._watts(self._busy(job))
            self._joules += watts * seconds
            share = (watts - IDLE_WATTS) / (BUSY_WATTS - IDLE_WATTS)
            aim = IDLE_CELSIUS + share * (BUSY_CELSIUS - IDLE_CELSIUS)
            self._celsius = aim + (self._celsius - aim) * math.exp(-seconds / WARM_UP_SECONDS)
        self._at = max(self._at, at)
