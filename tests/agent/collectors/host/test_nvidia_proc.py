"""What the NVIDIA module tells through `/proc`, in the shapes of its two flavours."""

from __future__ import annotations

from pathlib import Path

import pytest

from fakes.kernel_tree import KernelTree
from thirdshift_agent.collectors.host.nvidia_proc import read

PROPRIETARY = "NVRM version: NVIDIA UNIX x86_64 Kernel Module  550.127.05  Tue Oct  8 16:30:26 UTC"
OPEN = "NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  580.95.05  Release Build  (b@U22)"
INFORMATION = """Model: \t\t NVIDIA H100 80GB HBM3
IRQ:   \t\t 18
GPU UUID: \t GPU-9221d5d1-b60b-a624-bf14-0a1819cfda3b
Video BIOS: \t 96.00.99.00.01
Bus Type: \t PCIe
DMA Size: \t 52 bits
Bus Location: \t 0000:62:00.0
Device Minor: \t 5
GPU Firmware: \t 535.129.03
GPU Excluded:\t No"""
ADDRESS = "00000000:62:00.0"


@pytest.fixture
def tree(tmp_path: Path) -> KernelTree:
    tree = KernelTree(tmp_path)
    tree.write("proc/driver/nvidia", {"version": f"{OPEN}\nGCC version:  gcc 12.3.0"})
    tree.write("proc/driver/nvidia/gpus/0000:62:00.0", {"information": INFORMATION})
    return tree


@pytest.mark.parametrize(
    ("line", "labels"),
    [(PROPRIETARY, ("550.127.05", "proprietary")), (OPEN, ("580.95.05", "open"))],
)
def test_the_module_is_known_by_version_and_flavour(
    tree: KernelTree, line: str, labels: tuple[str, str]
) -> None:
    tree.write("proc/driver/nvidia", {"version": line})
    assert read(tree.roots)["nvidia_kernel_module_info", labels] == 1


def test_a_gpu_is_known_without_nvml(tree: KernelTree) -> None:
    found = read(tree.roots)
    uuid = "GPU-9221d5d1-b60b-a624-bf14-0a1819cfda3b"
    about = (uuid, "NVIDIA H100 80GB HBM3", "96.00.99.00.01", "535.129.03", "5")
    assert found["nvidia_kernel_gpu_info", (ADDRESS, *about)] == 1
    assert found["nvidia_kernel_gpu_excluded", (ADDRESS,)] == 0
    assert found["nvidia_kernel_gpus", ()] == 1


def test_what_the_module_does_not_know_yet_is_left_empty(tree: KernelTree) -> None:
    told = "Model: \t Unknown\nGPU UUID: \t GPU-????????-????\nVideo BIOS: \t ??.??.??.??.??"
    tree.write("proc/driver/nvidia/gpus/0000:62:00.0", {"information": told})
    labels = (ADDRESS, "", "Unknown", "", "", "")
    assert ("nvidia_kernel_gpu_info", labels) in read(tree.roots)


def test_an_excluded_gpu_is_told(tree: KernelTree) -> None:
    tree.write("proc/driver/nvidia/gpus/0000:62:00.0", {"information": "GPU Excluded:\t Yes"})
    assert read(tree.roots)["nvidia_kernel_gpu_excluded", (ADDRESS,)] == 1


def test_a_node_without_the_module_has_no_readings(tmp_path: Path) -> None:
    assert read(KernelTree(tmp_path).roots) == {}
