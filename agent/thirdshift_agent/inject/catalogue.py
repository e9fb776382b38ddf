"""Every fault that can be injected, by name."""

from __future__ import annotations

from collections.abc import Mapping

from thirdshift_agent.inject import gpu_faults
from thirdshift_agent.inject.fault import InjectedFault

FAULTS: Mapping[str, InjectedFault] = {fault.name: fault for fault in gpu_faults.FAULTS}
