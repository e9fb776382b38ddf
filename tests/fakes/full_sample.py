"""A sample of a node that has everything that a row asks for: a whole GPU and one in parts, one
that is lost and one that hangs. Read from the library of ours, so that it never is another one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from fakes.full_gpu import DIVIDED, WHOLE, equip
from servers.nvml_library import NvmlLibrary
from thirdshift_agent.collectors.gpu import ALL
from thirdshift_agent.nvml import NvmlDriver
from thirdshift_agent.nvml.device import NvmlGpu
from thirdshift_agent.sampling.sample import GpuSample, Sample
from thirdshift_agent.wire import GpuPresence

NOW = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)
AT = NOW - timedelta(seconds=5)
LOST, HUNG = 5, 6


def full_sample(library: NvmlLibrary) -> Sample:
    """Read it."""
    equip(library)
    library.set("process.0", 4242, gpu=WHOLE)
    library.set("latency.nvmlGpmSampleGet", 10)
    driver = NvmlDriver(ALL)
    gpus = driver.gpus()
    lost, hung = gpus[LOST].identity, gpus[HUNG].identity
    sample = Sample(
        AT,
        driver.version(),
        (
            _read(gpus[WHOLE]),
            _read(gpus[DIVIDED]),
            GpuSample(lost, GpuPresence.LOST, NOW - timedelta(minutes=10)),
            GpuSample(hung, GpuPresence.HUNG, None, "nvmlDeviceGetTemperatureV", 35.5),
        ),
        ("GPU 5: GPU is lost", "GPU 6: nvmlDeviceGetTemperatureV has not returned for 36 s"),
        gpus_expected=8,
        took_seconds=0.0125,
    )
    driver.close()
    return sample


def _read(gpu: NvmlGpu) -> GpuSample:
    """The second look has the activity since the first."""
    gpu.read(lambda call: None, in_full=True)
    readings = gpu.read(lambda call: None, in_full=True)
    users = gpu.processes(lambda call: None)
    return GpuSample(gpu.identity, GpuPresence.PRESENT, AT, readings=readings, processes=users)
