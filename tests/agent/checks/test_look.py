"""The one-shot verdict: what is wrong, how bad that makes the node, and the exit code."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from thirdshift_agent.checks.finding import Status
from thirdshift_agent.checks.look import verdict
from thirdshift_agent.collectors.row import Readings, Series
from thirdshift_agent.sampling.sample import GpuSample, Sample
from thirdshift_agent.wire import GpuIdentity, GpuPresence

NOW = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)
LOST, HUNG = GpuPresence.LOST, GpuPresence.HUNG

WELL: Readings = {
    ("temperature_celsius", ()): 53.0,
    ("memory_total_bytes", ()): 80.0 * 1024**3,
    ("pcie_width", ()): 16.0,
    ("pcie_width_max", ()): 16.0,
    ("remap_pending", ()): 0.0,
    ("remap_failed", ()): 0.0,
    ("recovery_action", ("none",)): 1.0,
    ("throttle_reason", ("hw_power_brake",)): 0.0,
    **{("nvlink_up", (str(link),)): 1.0 for link in range(18)},
    ("fabric_state", ("completed",)): 1.0,
}


def one(name: str, *labels: str, value: float = 1.0) -> dict[Series, float]:
    return {(name, labels): value}


def gpu(slot: int, changed: Readings | None = None, without: str = "") -> GpuSample:
    readings = {series: value for series, value in WELL.items() if series[0] != without}
    return sample(slot, readings={**readings, **(changed or {})})


def sample(slot: int, presence: GpuPresence = GpuPresence.PRESENT, **facts: Any) -> GpuSample:
    card = GpuIdentity(slot, f"GPU-{slot}", None, f"00000000:{slot}b:00.0", "H100")
    return GpuSample(card, presence, NOW, **facts)


def node(*gpus: GpuSample, problems: tuple[str, ...] = ()) -> Sample:
    return Sample(NOW, "580.95.05", gpus, problems)


def test_a_healthy_node_is_ok() -> None:
    found = verdict(node(gpu(0), gpu(1)), gpus_expected=2)
    assert (found.status, str(found)) == (Status.OK, "OK: 2 GPUs answer")


@pytest.mark.parametrize(
    ("bad", "status", "text"),
    [
        (sample(3, LOST), Status.CRITICAL, "is lost"),
        (
            sample(3, HUNG, hung_call="nvmlDeviceGetUUID"),
            Status.CRITICAL,
            "hangs in nvmlDeviceGetUUID",
        ),
        (gpu(3, one("remap_failed")), Status.CRITICAL, "failed to remap a row"),
        (
            gpu(3, one("recovery_action", "node_reboot")),
            Status.CRITICAL,
            "asks for node_reboot",
        ),
        (
            gpu(3, one("recovery_action_code", value=8)),
            Status.CRITICAL,
            "asks for recovery action 8, newer than this agent",
        ),
        (
            gpu(3, one("ecc_sram_threshold_exceeded")),
            Status.CRITICAL,
            "has more errors of on-chip memory than the maker allows",
        ),
        (gpu(3, one("remap_pending")), Status.WARNING, "has a row remap pending"),
        (
            gpu(3, one("retired_pages_pending")),
            Status.WARNING,
            "has a page retirement pending",
        ),
        (gpu(3, without="temperature_celsius"), Status.WARNING, "does not tell its temperature"),
        (gpu(3, without="memory_total_bytes"), Status.WARNING, "does not tell its memory"),
        (gpu(3, one("pcie_width", value=8)), Status.WARNING, "runs 8 of 16 PCIe lanes"),
        (
            gpu(3, one("throttle_reason", "hw_power_brake")),
            Status.WARNING,
            "is held back by hw_power_brake",
        ),
        (
            gpu(3, one("nvlink_up", "4", value=0)),
            Status.CRITICAL,
            "has 17 of 18 NVLinks up",
        ),
        (
            gpu(3, one("fabric_state", "completed", value=0)),
            Status.CRITICAL,
            "has not joined the fabric",
        ),
    ],
)
def test_each_fact_is_one_line(bad: GpuSample, status: Status, text: str) -> None:
    found = verdict(node(gpu(0), bad))
    assert found.status is status
    assert [finding.text for finding in found.findings] == [f"GPU 3 (00000000:3b:00.0) {text}"]


@pytest.mark.parametrize(
    "well",
    [
        gpu(0, without="remap_pending"),
        gpu(0, without="remap_failed"),
        gpu(0, without="recovery_action"),
        gpu(0, without="pcie_width"),
        gpu(0, without="pcie_width_max"),
        gpu(0, without="throttle_reason"),
        gpu(0, without="nvlink_up"),
        gpu(0, without="fabric_state"),
        gpu(0, {("nvlink_up", (str(link),)): 0.0 for link in range(18)}),
        gpu(0, one("throttle_reason", "sw_power_cap")),
    ],
)
def test_what_is_not_known_is_not_a_fault(well: GpuSample) -> None:
    assert verdict(node(well)).status is Status.OK


def test_fewer_gpus_than_expected_are_critical() -> None:
    found = verdict(node(*(gpu(slot) for slot in range(7))), gpus_expected=8)
    assert str(found) == "CRITICAL: 7 GPUs answer\n7 of 8 GPUs are known"


def test_gpus_on_pci_that_the_driver_does_not_know_are_critical() -> None:
    found = verdict(node(gpu(0), gpu(1)), host={("pci_gpus", ()): 3.0})
    assert str(found) == "CRITICAL: 2 GPUs answer\n3 GPUs are on PCI, the driver knows 2"


def test_a_driver_that_cannot_be_read_is_unknown() -> None:
    found = verdict(node(problems=("the NVIDIA kernel driver is not loaded",)))
    assert found.status is Status.UNKNOWN
    assert "the NVIDIA kernel driver is not loaded" in str(found)


def test_a_problem_of_a_node_with_gpus_is_a_warning() -> None:
    found = verdict(node(gpu(0), problems=("NVML index 1 gives no GPU",)))
    assert str(found) == "WARNING: 1 GPUs answer\nNVML index 1 gives no GPU"


def test_a_node_without_gpus_is_unknown() -> None:
    assert verdict(node()).status is Status.UNKNOWN


def test_the_worst_comes_first_and_sets_the_status() -> None:
    found = verdict(node(gpu(0, one("remap_pending")), gpu(1, one("remap_failed"))))
    assert str(found).splitlines() == [
        "CRITICAL: 2 GPUs answer",
        "GPU 1 (00000000:1b:00.0) failed to remap a row",
        "GPU 0 (00000000:0b:00.0) has a row remap pending",
    ]


def test_the_exit_codes_are_those_of_nagios() -> None:
    assert [int(status) for status in Status] == [0, 1, 2, 3]
