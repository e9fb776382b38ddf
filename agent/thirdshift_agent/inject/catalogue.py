"""Every fault that can be injected, by name."""

from __future__ import annotations

from collections.abc import Mapping

from thirdshift_agent.inject import gpu_faults, kernel_faults
from thirdshift_agent.inject.fault import InjectedFault

FAULTS: Mapping[str, InjectedFault] = {
    fault.name: fault for fault in (*gpu_faults.FAULTS, *kernel_faults.FAULTS)
}
"""The node's own readings are broken in the kernel's files: a test gives it a tree of its own."""
