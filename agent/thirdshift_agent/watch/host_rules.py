"""What is worth a signal in the node's own readings."""

from __future__ import annotations

from thirdshift_agent.collectors.row import Labels, Readings
from thirdshift_agent.watch.rule import (
    Rises,
    Rule,
    Seen,
    Stays,
    among,
    is_one,
    is_slower_than_its_peers,
    is_some,
    is_zero,
)
from thirdshift_agent.wire import SignalKind

KNOWN_GPUS = ("node_gpus", ("known",))
"""Given with the node's readings: how many GPUs the driver has shown."""

_FULL_RATIO = 0.02


def _more_than_the_driver_knows(seen: Seen) -> bool:
    return seen.value > seen.readings.get(KNOWN_GPUS, seen.value)


def _nearly_full(seen: Seen) -> bool:
    size = seen.readings.get(("filesystem_size_bytes", seen.labels), 0.0)
    return seen.value < _FULL_RATIO * size


def _own_address(readings: Readings, labels: Labels) -> str | None:
    return labels[0]


def _port_address(readings: Readings, labels: Labels) -> str | None:
    infos = (told for name, told in readings if name == "ib_port_info")
    return next((told[4] or None for told in infos if told[:2] == labels[:2]), None)


def _is_gpu(labels: Labels) -> bool:
    return labels[1] == "gpu"


def _port_errors(name: str, row: str, by: float) -> Rule:
    return Rule(
        name,
        SignalKind.IB,
        "errors",
        row,
        Rises(by=by, within_seconds=3600),
        "the port had unusually many errors in an hour",
        address=_port_address,
    )


_PORTS = (
    Rule(
        "ib-down",
        SignalKind.IB,
        "down",
        "ib_port_up",
        Stays(is_zero, samples=2, of=3, in_grace=False, after_good=True),
        "the port is down",
        address=_port_address,
    ),
    Rule(
        "ib-flap",
        SignalKind.IB,
        "flap",
        "ib_port_link_downed_total",
        Rises(by=2, within_seconds=600),
        "the port goes down again and again",
        address=_port_address,
    ),
    Rule(
        "ib-slow",
        SignalKind.IB,
        "slow",
        "ib_port_rate_bytes_per_second",
        Stays(is_slower_than_its_peers, samples=2, of=3, in_grace=False, after_good=True),
        "the port is slower than the others",
        address=_port_address,
    ),
    _port_errors("ib-symbol-errors", "ib_port_symbol_errors_total", 120),
    _port_errors("ib-integrity-errors", "ib_port_local_link_integrity_errors_total", 1),
    _port_errors("ib-overruns", "ib_port_excessive_buffer_overrun_errors_total", 1),
)

_DISKS = (
    Rule(
        "nvme-down",
        SignalKind.DISK,
        "controller_down",
        "nvme_live",
        Stays(is_zero, samples=2, of=2),
        "the drive's controller is not live",
    ),
    Rule(
        "nvme-warning",
        SignalKind.DISK,
        "critical_warning",
        "nvme_critical_warning",
        Stays(is_one),
        "the drive warns of itself",
    ),
    Rule(
        "nvme-media-errors",
        SignalKind.DISK,
        "media_errors",
        "nvme_media_errors_total",
        Rises(within_seconds=0.0, is_kept=True),
        "data on the drive could not be read",
    ),
    Rule(
        "disk-errors",
        SignalKind.DISK,
        "io_error",
        "disk_io_errors_total",
        Rises(),
        "requests to the disk failed",
    ),
    Rule(
        "filesystem-broken",
        SignalKind.DISK,
        "filesystem_error",
        "filesystem_broken",
        Stays(is_one),
        "the filesystem answers no more",
    ),
    Rule(
        "filesystem-read-only",
        SignalKind.DISK,
        "read_only",
        "filesystem_read_only",
        Stays(is_one, samples=2, of=2, after_good=True),
        "the filesystem has become read-only",
    ),
    Rule(
        "filesystem-full",
        SignalKind.DISK,
        "full",
        "filesystem_available_bytes",
        Stays(_nearly_full, samples=2, of=2),
        "the filesystem is nearly full",
    ),
)

_MEMORY = (
    Rule(
        "dimm-uncorrected",
        SignalKind.MEMORY,
        "uncorrected",
        "edac_dimm_uncorrected_errors_total",
        Rises(),
        "memory errors were not corrected",
    ),
    Rule(
        "dimm-corrected",
        SignalKind.MEMORY,
        "corrected",
        "edac_dimm_corrected_errors_total",
        Rises(by=100, within_seconds=3600),
        "unusually many memory errors were corrected in an hour",
    ),
    Rule(
        "memory-given-up",
        SignalKind.MEMORY,
        "given_up",
        "host_memory_corrupted_bytes",
        Stays(is_some),
        "the kernel has taken memory out of use",
    ),
    Rule(
        "oom-kill",
        SignalKind.KERNEL,
        "oom_kill",
        "host_oom_kills_total",
        Rises(),
        "the kernel killed a process for want of memory",
    ),
)

_BUS = (
    Rule(
        "gpu-unclaimed",
        SignalKind.GPU,
        "unclaimed",
        "pci_gpus",
        Stays(_more_than_the_driver_knows, samples=3, of=3, in_grace=False),
        "more GPUs are on PCI than the driver shows",
    ),
    Rule(
        "gpu-no-answer",
        SignalKind.GPU,
        "off_bus",
        "pci_answers",
        Stays(is_zero, samples=2, of=2),
        "the GPU does not answer on PCI",
        only=_is_gpu,
        address=_own_address,
    ),
    Rule(
        "device-no-answer",
        SignalKind.PCIE,
        "no_answer",
        "pci_answers",
        Stays(is_zero, samples=2, of=2),
        "the device does not answer on PCI",
        only=lambda labels: not _is_gpu(labels),
        address=_own_address,
    ),
    *(
        Rule(
            f"aer-{severity}",
            SignalKind.PCIE,
            f"aer_{severity}",
            "pci_aer_errors_total",
            Rises(),
            "the device reported errors on its link that were not corrected",
            only=among(severity),
            address=_own_address,
        )
        for severity in ("fatal", "nonfatal")
    ),
    Rule(
        "aer-corrected",
        SignalKind.PCIE,
        "aer_corrected",
        "pci_aer_errors_total",
        Rises(by=100, within_seconds=600),
        "the device reported unusually many errors on its link",
        only=among("correctable"),
        address=_own_address,
    ),
)

_NODE = (
    Rule(
        "fabric-manager",
        SignalKind.FABRIC,
        "manager_down",
        "fabric_manager_up",
        Stays(is_zero, samples=2, of=3, in_grace=False, after_good=True),
        "the fabric manager does not run",
    ),
    Rule(
        "sensor-alarm",
        SignalKind.NODE,
        "sensor_alarm",
        "hwmon_alarm",
        Stays(is_one, samples=2, of=3, after_good=True),
        "a sensor of the board raises an alarm",
    ),
)

RULES = (*_PORTS, *_DISKS, *_MEMORY, *_BUS, *_NODE)
