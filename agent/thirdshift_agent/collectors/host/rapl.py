"""Energy of the node's processors and their memory, as the kernel's powercap counts it.

The kernel's counter begins again at zero every few minutes under load; here it goes on.
"""

from __future__ import annotations

import re

from thirdshift_agent.collectors.host.collector import HostCollector, Roots
from thirdshift_agent.collectors.host.kernel_files import number, things_in, word
from thirdshift_agent.collectors.row import Readings, Row, Series

_MICROJOULE = 1e-6
_ZONE = re.compile(r"intel-rapl:(?P<zone>\d+(?::\d+)*)", re.ASCII)
"""AMD's too. The same energy read another way, `intel-rapl-mmio`, is left out."""

ENERGY = Row(
    "rapl_energy_joules_total",
    "Energy used since the agent first looked, and what the counter held then.",
    ("zone", "name"),
)

ROWS: tuple[Row, ...] = (ENERGY,)


class Rapl:
    """Remembers what each counter showed last and how much it had lost by beginning again."""

    def __init__(self) -> None:
        self._last: dict[str, float] = {}
        self._lost: dict[str, float] = {}

    def read(self, roots: Roots) -> Readings:
        """Read every zone. Source: `/sys/class/powercap`; `energy_uj` may be for root alone."""
        readings: dict[Series, float] = {}
        for folder in things_in(roots.sys / "class/powercap"):
            shape, energy = _ZONE.fullmatch(folder.name), number(folder / "energy_uj")
            if shape is None or energy is None:
                continue
            total = self._total(shape["zone"], energy, number(folder / "max_energy_range_uj"))
            readings[ENERGY.name, (shape["zone"], word(folder / "name"))] = total * _MICROJOULE
        return readings

    def _total(self, zone: str, energy: float, most: float | None) -> float:
        last = self._last.get(zone, energy)
        if energy < last:
            self._lost[zone] = self._lost.get(zone, 0.0) + max(last, most or 0.0)
        self._last[zone] = energy
        return self._lost.get(zone, 0.0) + energy


COLLECTOR = HostCollector("rapl", ROWS, Rapl().read, every_seconds=30.0)
