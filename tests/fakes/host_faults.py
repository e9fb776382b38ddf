"""A node's kernel files, and the ways in which they can turn bad, by their signals."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from fakes.kernel_tree import AER, DRIVE, GPU, NVSWITCH, KernelTree, busy_proc

GPU_ADDRESS, ADAPTER_ADDRESS = "0000:3b:00.0", "0000:5e:00.0"
_PORT = "sys/class/infiniband/mlx5_0/ports/1"
_ALL_ONES = "\xff" * 64


@dataclass(frozen=True, slots=True)
class HostFault:
    """One way for the node to turn bad."""

    signal: str
    words: str
    strike: Callable[[KernelTree], object]
    pci_address: str | None = None
    """Whom the signal names, with an eight-digit domain."""
    looks: int = 1


def well_node(tree: KernelTree) -> None:
    """Two GPUs, a switch, two ports, two drives, two modules, a board with a sensor."""
    for address in (GPU_ADDRESS, "0000:4b:00.0"):
        tree.pci(address, GPU | AER, driver="nvidia")
        _config(tree, address, "\xde\x10")
    tree.pci("0000:c5:00.0", NVSWITCH, driver="nvidia-nvswitch")
    for number, address in enumerate((ADAPTER_ADDRESS, "0000:63:00.0")):
        tree.pci(address, {"class": "0x020700", "vendor": "0x15b3"}, driver="mlx5_core")
        _config(tree, address, "\xb3\x15")
        tree.adapter(f"mlx5_{number}", address)
    for number in range(2):
        tree.pci(f"0000:8{number}:00.0", DRIVE, driver="nvme")
        tree.drive(f"nvme{number}", f"0000:8{number}:00.0")
    for number in range(2):
        tree.module(0, number)
    tree.disk("sda", "sys/devices/platform/sas")
    tree.write("sys/devices/platform/sas", {"ioerr_cnt": "0x0"})
    tree.chip(0, "board", "board.0", {"in1_input": 12000, "in1_alarm": 0})
    busy_proc(tree, cpus=2, processes=5)
    tree.process(900, "nv-fabricmanage")


def _config(tree: KernelTree, address: str, content: str) -> None:
    path = tree.root / f"sys/bus/pci/devices/{address}/config"
    path.write_bytes(content.encode("latin-1").ljust(64, b"\0"))


def _files(folder: str, files: Mapping[str, object]) -> Callable[[KernelTree], object]:
    return lambda tree: tree.write(folder, files)


def _counters(**counts: int) -> Callable[[KernelTree], object]:
    return _files(f"{_PORT}/counters", counts)


def _aer(kind: str, text: str) -> Callable[[KernelTree], object]:
    return _files(f"sys/bus/pci/devices/{GPU_ADDRESS}", {f"aer_dev_{kind}": text})


def _third_gpu(tree: KernelTree) -> None:
    tree.pci("0000:9b:00.0", GPU)


def _no_fabric_manager(tree: KernelTree) -> None:
    (tree.root / "proc/900/stat").unlink()


_ON_THE_BUS, _AT_THE_PORT = f"0000{GPU_ADDRESS}", f"0000{ADAPTER_ADDRESS}"

HOST_FAULTS = (
    HostFault("ib:down", "a port is down", _files(_PORT, {"state": "1: DOWN"}), _AT_THE_PORT, 2),
    HostFault("ib:flap", "a port went down twice", _counters(link_downed=7), _AT_THE_PORT),
    HostFault(
        "ib:slow",
        "a port runs at half its rate",
        _files(_PORT, {"rate": "200 Gb/sec (4X HDR)"}),
        _AT_THE_PORT,
        2,
    ),
    HostFault("ib:errors", "symbols were lost", _counters(symbol_error=207), _AT_THE_PORT),
    HostFault(
        "disk:controller_down",
        "a drive is dead",
        _files("sys/class/nvme/nvme0", {"state": "dead"}),
        looks=2,
    ),
    HostFault(
        "disk:io_error",
        "a disk refused a request",
        _files("sys/devices/platform/sas", {"ioerr_cnt": "0x2"}),
    ),
    HostFault(
        "memory:uncorrected", "a module failed", lambda tree: tree.module(0, 0, uncorrected=1)
    ),
    HostFault(
        "memory:corrected", "a module is failing", lambda tree: tree.module(0, 0, corrected=500)
    ),
    HostFault(
        "kernel:oom_kill",
        "a process was killed for want of memory",
        _files("proc", {"vmstat": "oom_kill 4"}),
    ),
    HostFault("gpu:unclaimed", "PCI shows a GPU that the driver does not", _third_gpu, looks=3),
    HostFault(
        "gpu:off_bus",
        "a GPU reads as all ones",
        lambda tree: _config(tree, GPU_ADDRESS, _ALL_ONES),
        _ON_THE_BUS,
        2,
    ),
    HostFault("pcie:aer_fatal", "a link failed", _aer("fatal", "TOTAL_ERR_FATAL 1"), _ON_THE_BUS),
    HostFault(
        "pcie:aer_nonfatal",
        "a transfer failed",
        _aer("nonfatal", "TOTAL_ERR_NONFATAL 3"),
        _ON_THE_BUS,
    ),
    HostFault(
        "pcie:aer_corrected",
        "a link is noisy",
        _aer("correctable", "TOTAL_ERR_COR 400"),
        _ON_THE_BUS,
    ),
    HostFault("fabric:manager_down", "the fabric manager ended", _no_fabric_manager, looks=2),
    HostFault(
        "node:sensor_alarm",
        "a voltage is wrong",
        _files("sys/class/hwmon/hwmon0", {"in1_alarm": 1}),
        looks=2,
    ),
)
"""NVMe's own warnings and filesystems are read by system calls; their rules have another test."""
