"""A day on which nothing breaks: jobs come and go, the node is rebooted, nobody is called."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from fakes.node_clock import NodeClock, Uptime
from thirdshift_agent.agent import Agent
from thirdshift_agent.collectors.row import Readings
from thirdshift_agent.gpu import Calling, DriverError, Gpu, GpuProcess
from thirdshift_agent.observation import Observation
from thirdshift_agent.sampling.identity import IdentityBook
from thirdshift_agent.sampling.reading import WatchedReader
from thirdshift_agent.settings import Settings
from thirdshift_agent.simulated import SimulatedDriver
from thirdshift_agent.wire import GpuIdentity, SignalKind

DAY_SAMPLES = 1440
SAMPLE_SECONDS = 60.0
REBOOTS = (200, 201, 700, 1200)
"""At which samples; the second comes before the first is over."""

DRIVER_SECONDS, GPUS_SECONDS, LINKS_SECONDS = 50.0, 100.0, 230.0
"""After the boot: the driver loads, shows all its GPUs, has trained their links."""


@dataclass(frozen=True, slots=True)
class Starting:
    """A GPU whose links and fabric come up, and whose counters since the load begin at 0."""

    gpu: Gpu
    uptime: Uptime

    @property
    def identity(self) -> GpuIdentity:
        return self.gpu.identity

    def read(self, calling: Calling, in_full: bool) -> Readings:
        links = float(self.uptime.seconds >= LINKS_SECONDS)
        told = dict(self.gpu.read(calling, in_full))
        told |= {series: told[series] * links for series in told if series[0] == "nvlink_up"}
        told["fabric_state", ("completed",)] = links
        told["fabric_error_code", ()] = 0.0 if links else 999.0
        told["energy_joules_total", ()] = 700.0 * self.uptime.seconds
        told["ecc_volatile_errors_total", ("corrected", "dram")] = self.uptime.seconds // 3600
        told["pcie_replays_total", ()] = self.uptime.seconds // 600
        told["nvlink_errors_total", ("4", "replay")] = self.uptime.seconds // 300
        return told

    def processes(self, calling: Calling) -> Sequence[GpuProcess]:
        return ()


@dataclass
class Booting:
    """A driver that takes its time after a boot."""

    real: SimulatedDriver
    uptime: Uptime
    believed_seconds: float = 0.0

    def version(self) -> str | None:
        return self.real.version()

    def gpus(self) -> Sequence[Gpu]:
        if self.uptime.seconds < DRIVER_SECONDS:
            raise DriverError("the NVIDIA kernel driver is not loaded")
        shown = 8 if self.uptime.seconds >= GPUS_SECONDS else 5
        return [Starting(gpu, self.uptime) for gpu in self.real.gpus()[:shown]]

    def problems(self) -> tuple[str, ...]:
        return ()

    def wait_event(self, timeout_seconds: float, now: datetime) -> Observation | None:
        return self.real.wait_event(timeout_seconds, now)

    def close(self) -> bool:
        return True


@dataclass
class Node:
    """A node whose agent starts anew at each boot."""

    state: Path
    clock: NodeClock
    uptime: Uptime

    def __post_init__(self) -> None:
        self.gpus = SimulatedDriver("gpu-0101", 8, 7, self.clock)
        self.boot(up_seconds=1e6)

    def boot(self, up_seconds: float = 0.0) -> None:
        self.uptime.seconds = up_seconds
        settings = Settings(
            "gpu-0101",
            self.state,
            self.clock,
            SAMPLE_SECONDS,
            gpus_expected=8,
            uptime_seconds=self.uptime,
        )
        book = IdentityBook(self.state / "identities.json")
        driver = Booting(self.gpus, self.uptime)
        self.agent = Agent(settings, book, lambda hear: driver, WatchedReader())

    def pass_minute(self) -> None:
        self.clock.move(seconds=SAMPLE_SECONDS)
        self.uptime.seconds += SAMPLE_SECONDS
        self.agent.sampler.sample_once()


def test_a_day_with_reboots_raises_no_signal(tmp_path: Path) -> None:
    node = Node(tmp_path, NodeClock(), Uptime())
    busy = 0
    for sample in range(DAY_SAMPLES):
        if sample in REBOOTS:
            node.agent.journal.close()
            node.boot()
        node.pass_minute()
        latest = node.agent.sampler.latest()
        busy += any(gpu.value("utilisation_ratio") for gpu in latest.gpus) if latest else 0
    assert [signal.name for signal in node.agent.journal.after(0, 100)] == []
    assert 0 < busy < DAY_SAMPLES, "the day had no jobs, or no rest"


def test_the_same_day_is_not_deaf(tmp_path: Path) -> None:
    node = Node(tmp_path, NodeClock(), Uptime())
    for _ in range(10):
        node.pass_minute()
    node.boot()
    node.gpus.inject(3, "nvlink:down")
    for _ in range(10):
        node.pass_minute()
    (signal,) = node.agent.journal.after(0, 100)
    assert (signal.kind, signal.code, signal.gpu_slot) == (SignalKind.NVLINK, "down", 3)
