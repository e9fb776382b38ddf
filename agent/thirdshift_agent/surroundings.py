"""What is around the GPUs: the rest of the node, and who uses them. Two threads' work.

Both read the kernel's files, and a read of those can wait for ever; neither holds up the sampler.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from threading import Event

from thirdshift_agent.clock import Clock
from thirdshift_agent.collectors.host import ALL
from thirdshift_agent.collectors.host.collector import HostCollector, Roots
from thirdshift_agent.collectors.host.supervisor import HostWatch
from thirdshift_agent.collectors.row import Readings, Row
from thirdshift_agent.kept_file import KeptFile
from thirdshift_agent.observation import Observe
from thirdshift_agent.sampling.sample import Sample
from thirdshift_agent.watch.host_rules import KNOWN_GPUS, RULES
from thirdshift_agent.watch.rules import RuleWatch, Unit
from thirdshift_agent.wire import StandingState
from thirdshift_agent.workloads import Workload, WorkloadWatch, readings
from thirdshift_agent.workloads.watch import GpuUse

USERS_SECONDS = 15.0
"""How often it is asked who uses the GPUs, of the wall."""


class Surroundings:
    """One node's. Any thread may ask for `readings`, `standing`, `of_gpus`, `pods`, `workload`."""

    def __init__(
        self,
        clock: Clock,
        observe: Observe,
        kept: KeptFile,
        uptime_seconds: Callable[[], float],
        latest: Callable[[], Sample | None],
        roots: Roots,
        collectors: Sequence[HostCollector] = ALL,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """`latest` gives the last sample of the GPUs; `kept` is the rules' memory."""
        self._clock, self._latest = clock, latest
        self._host = HostWatch(clock, collectors, roots, monotonic)
        self._rules = RuleWatch(RULES, observe, kept, uptime_seconds)
        self._workloads = WorkloadWatch(roots)
        self._uses: Mapping[str, GpuUse] = {}
        self._heed({})  # what was told before a restart stands until it is read

    @property
    def rows(self) -> tuple[Row, ...]:
        """Every row that `readings` may have."""
        return self._host.rows

    def watch_host(self, stop: Event) -> None:
        """Read the node until `stop`, and observe what turns bad."""
        self._host.run(stop, self._heed)

    def look(self) -> None:
        """Read what is due of the node once, and observe what turned bad."""
        self._heed(self._host.look())

    def watch_users(self, stop: Event) -> None:
        """Find out who uses the GPUs, again and again until `stop`."""
        while not stop.wait(USERS_SECONDS if self._uses else 1.0):
            self.look_for_users()

    def look_for_users(self) -> None:
        """Find out who uses the GPUs of the last sample."""
        if (sample := self._latest()) is not None:
            self._uses = self._workloads.look(
                {
                    gpu.identity.uuid: gpu.processes
                    for gpu in sample.gpus
                    if gpu.processes is not None
                }
            )

    def readings(self) -> Readings:
        """What is known of the node."""
        return self._host.readings()

    def of_gpus(self) -> Mapping[str, Readings]:
        """Who uses each GPU, by its UUID."""
        return {uuid: readings(use) for uuid, use in self._uses.items()}

    def pods(self) -> Mapping[str, Workload]:
        """The pod's container that alone uses a GPU, by the GPU's UUID."""
        return {uuid: pod for uuid, use in self._uses.items() if (pod := use.pod) is not None}

    def workload(self, pid: int) -> str | None:
        """Whose a process was when it was last seen on a GPU."""
        known = self._workloads.last_seen(pid)
        return known.name if known else None

    def standing(self) -> tuple[StandingState, ...]:
        """What was told of the node and still is."""
        return self._rules.standing

    def problems(self) -> tuple[str, ...]:
        """Which collectors fail or hang."""
        return self._host.problems()

    def _heed(self, fresh: Readings) -> None:
        sample = self._latest()
        cards = [gpu.identity for gpu in sample.gpus] if sample else []
        around = dict(self._host.readings())
        if cards:
            around[KNOWN_GPUS] = float(len(cards))
        slots = {card.pci_address: card.slot for card in cards}
        node = Unit("node", "node", around, fresh, slots=slots)
        self._rules.look([node], self._clock.now())
