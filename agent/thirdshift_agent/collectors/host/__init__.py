"""What is measured of the node beside its GPUs. A collector is a file and its place in `ALL`."""

from __future__ import annotations

from thirdshift_agent.collectors.host import (
    disks,
    edac,
    filesystems,
    hwmon,
    infiniband,
    load,
    network,
    nvidia_proc,
    nvme,
    nvme_smart,
    pci,
    processes,
    rapl,
)
from thirdshift_agent.collectors.host.collector import HostCollector

ALL: tuple[HostCollector, ...] = (
    load.COLLECTOR,
    processes.COLLECTOR,
    infiniband.COLLECTOR,
    network.COLLECTOR,
    disks.COLLECTOR,
    nvme.COLLECTOR,
    nvme_smart.COLLECTOR,
    filesystems.COLLECTOR,
    edac.COLLECTOR,
    hwmon.COLLECTOR,
    rapl.COLLECTOR,
    pci.COLLECTOR,
    nvidia_proc.COLLECTOR,
)
