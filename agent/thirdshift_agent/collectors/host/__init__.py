"""What is measured of the node beside its GPUs. A collector is a file and its place in `ALL`."""

from __future__ import annotations

from thirdshift_agent.collectors.host.collector import HostCollector

ALL: tuple[HostCollector, ...] = ()
