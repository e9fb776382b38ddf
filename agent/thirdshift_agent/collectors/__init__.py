"""All that is measured of a GPU. A new collector is a file of rows and its place in `ALL`."""

from __future__ import annotations

from thirdshift_agent.collectors import (
    clocks,
    ecc,
    memory,
    pcie,
    power,
    presence,
    recovery,
    thermal,
)
from thirdshift_agent.collectors.table import Row

ALL: tuple[Row, ...] = (
    *presence.ROWS,
    *power.ROWS,
    *thermal.ROWS,
    *clocks.ROWS,
    *memory.ROWS,
    *ecc.ROWS,
    *pcie.ROWS,
    *recovery.ROWS,
)
