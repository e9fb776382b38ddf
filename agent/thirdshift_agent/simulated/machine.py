"""A whole simulated node: its cards, its kernel that may stop or boot, its BMC. No agent.

What reaches it through its network does not while it is down; its BMC is reached all the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from threading import RLock
from uuid import UUID

from thirdshift_agent.clock import Clock
from thirdshift_agent.simulated import bmc, host_faults
from thirdshift_agent.simulated.bmc import Bmc
from thirdshift_agent.simulated.driver import SimulatedDriver
from thirdshift_agent.simulated.errors import OutOfReachError, SimulationError
from thirdshift_agent.simulated.healing import Remedy
from thirdshift_agent.simulated.host_faults import HostFaults
from thirdshift_agent.simulated.remedies import remedy_named

BOOT_SECONDS = (8 * 60.0, 15 * 60.0)
"""From the order to the agent's first word, by the node's clock: it tests much memory."""
ROLLED_OUT = "575.51.02"
"""The driver that a roll-out loads while the libraries are still another's."""

_BOOTS = frozenset({Remedy.REBOOT, Remedy.POWER_CYCLE})
_OF_THE_BMC = frozenset({Remedy.BMC_RESET, Remedy.POWER_CYCLE})


@dataclass(frozen=True, slots=True)
class _Boot:
    """On its way up, and what started it."""

    remedy: Remedy
    until_at: datetime


class Machine:
    """Safe from any thread. The same name, seed and clock give the same story."""

    def __init__(
        self,
        name: str,
        seed: int,
        clock: Clock,
        driver: SimulatedDriver,
        kernel_log: Callable[[str], None],
    ) -> None:
        self._name, self._clock, self._kernel_log = name, clock, kernel_log
        self.driver = driver
        self._faults, self._bmc = HostFaults(), Bmc()
        self._draw = Random(f"{name}:{seed}:machine")
        self._lock = RLock()
        self._boot: _Boot | None = None
        self.boot_id = self._new_boot()
        self.unplugged = False
        """Whether its network cable is out."""

    @property
    def runs(self) -> bool:
        """Whether its kernel does."""
        return self._boot is None and not self._faults.stop_the_node

    @property
    def answers(self) -> bool:
        """Whether it can be reached through its network."""
        return self.runs and not self.unplugged

    def inject(self, slot: int | None, fault: str) -> None:
        """Let a fault happen now, on a card or on the node. Raises `SimulationError`."""
        if slot is not None:
            self.driver.inject(slot, fault)
            return
        with self._lock:
            if fault in host_faults.LINES:
                self._break(fault)
            elif fault in bmc.FAULTS:
                self._bmc.begin(fault, self._draw.random(), self._clock.now())
            else:
                raise _unknown(fault)

    def remedy(self, slot: int | None, action: str) -> tuple[bool, str]:
        """Try a remote remedy: whether it ran to a good end, and what it printed.

        Raises `SimulationError`; `OutOfReachError` where nothing was done.
        """
        remedy = remedy_named(action)
        with self._lock:
            self._reach(remedy)
            if remedy in _BOOTS:
                return self._restart(remedy)
            if remedy is Remedy.BMC_RESET:
                self._bmc.reset()
                return True, "Sent cold reset command to MC"
            if remedy is not Remedy.GPU_RESET:
                slot = None
            elif slot is None:
                raise SimulationError("slot=None: a gpu_reset needs the slot of its GPU")
            self._faults.heal(remedy)
            return self.driver.remedy(slot, action)

    def repair(self, slot: int | None) -> None:
        """What hands do, to a card or to the node around them. Raises `SimulationError`."""
        if slot is not None:
            self.driver.repair(slot)
            return
        with self._lock:
            was_down = not self.runs
            self._faults.mend()
            self._bmc.mend()
            self.unplugged = False
            if was_down:
                self._start(Remedy.POWER_CYCLE)

    def wake(self) -> bool:
        """End a boot that has lasted long enough; whether it did."""
        with self._lock:
            boot = self._boot
            if boot is None or self._clock.now() < boot.until_at:
                return False
            self._start(boot.remedy)
            return True

    def bmc_reading(self) -> dict[str, object] | None:
        """What its BMC says; None where that does not answer."""
        with self._lock:
            if not self._bmc.answers:
                return None
            return self._bmc.reading(self.driver.watts() if self.runs else 0.0)

    def _break(self, fault: str) -> None:
        self._log(self._faults.begin(fault, self._draw.random()))
        if fault == host_faults.MISMATCH:
            self.driver.loaded = ROLLED_OUT

    def _reach(self, remedy: Remedy) -> None:
        if remedy is Remedy.POWER_CYCLE and not self._bmc.answers:
            raise OutOfReachError(f"the BMC of {self._name} does not answer")
        if remedy not in _OF_THE_BMC and not self.answers:
            raise OutOfReachError(f"connect to host {self._name} port 22: No route to host")

    def _restart(self, remedy: Remedy) -> tuple[bool, str]:
        span = timedelta(seconds=self._draw.uniform(*BOOT_SECONDS))
        self._boot = _Boot(remedy, self._clock.now() + span)
        if remedy is Remedy.REBOOT:
            return True, "The system will reboot now!"
        return True, "Chassis Power Control: Cycle"

    def _start(self, remedy: Remedy) -> None:
        self._boot = None
        self.boot_id = self._new_boot()
        self._faults.heal(remedy)
        self.driver.boot()
        self.driver.remedy(None, remedy)
        self._log(self._faults.lines())

    def _new_boot(self) -> str:
        return str(UUID(int=self._draw.getrandbits(128), version=4))

    def _log(self, lines: Iterable[str]) -> None:
        for line in lines:
            self._kernel_log(line)


def _unknown(fault: str) -> SimulationError:
    known = ", ".join((*host_faults.LINES, *bmc.FAULTS))
    return SimulationError(
        f"fault {fault!r} is a GPU's, with its slot, or unknown; there are {known}"
    )
