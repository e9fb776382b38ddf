"""Every active check, in the order in which they are run: what is short and gentle comes first."""

from __future__ import annotations

from thirdshift_agent.checks import burn_in, dcgm, gpu_burn, nccl, nvbandwidth
from thirdshift_agent.checks.check import Check

ALL: tuple[Check, ...] = (
    nvbandwidth.PCIE,
    nvbandwidth.PEER,
    nccl.SHORT,
    burn_in.SHORT,
    dcgm.SHORT,
    nccl.LONG,
    dcgm.LONG,
    burn_in.LONG,
    gpu_burn.BURN,
)
