"""Who was using a GPU: from the processes that the driver lists to jobs, pods, units and users.

Read from the kernel's and the kubelet's files alone: nothing is executed, nobody is asked. What
cannot be known is absent.
"""

from __future__ import annotations

from thirdshift_agent.workloads.rows import ROWS, readings
from thirdshift_agent.workloads.watch import WorkloadWatch
from thirdshift_agent.workloads.workload import Workload, WorkloadKind

__all__ = ["ROWS", "Workload", "WorkloadKind", "WorkloadWatch", "readings"]
