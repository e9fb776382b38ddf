"""The one-shot verdict: what is wrong, how bad that makes the node, and the exit code."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from thirdshift_agent.checks.finding import Status
from thirdshift_agent.checks.look import verdict
from thirdshift_agent.wire import (
    GpuIdentity,
    GpuPresence,
    GpuReading,
    RecoveryAction,
    Snapshot,
)

NOW = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)


def gpu(slot: int, **changes: Any) -> GpuReading:
    card = GpuIdentity(slot, f"GPU-{slot}", None, f"00000000:{slot}b:00.0", "H100")
    well = GpuReading(
        card,
        GpuPresence.PRESENT,
        NOW,
        temperature_celsius=53.0,
        memory_total_bytes=80 * 1024**3,
        pcie_width=16,
        pcie_width_max=16,
    )
    return replace(well, **changes)


def node(*gpus: GpuReading, problems: tuple[str, ...] = ()) -> Snapshot:
    return Snapshot(NOW, "580.95.05", gpus, problems)


def test_a_healthy_node_is_ok() -> None:
    found = verdict(node(gpu(0), gpu(1)), gpus_expected=2)
    assert (found.status, str(found)) == (Status.OK, "OK: 2 GPUs answer")


@pytest.mark.parametrize(
    ("changes", "status", "text"),
    [
        ({"presence": GpuPresence.LOST}, Status.CRITICAL, "is lost"),
        (
            {"presence": GpuPresence.HUNG, "hung_call": "nvmlDeviceGetUUID"},
            Status.CRITICAL,
            "hangs in nvmlDeviceGetUUID",
        ),
        ({"remap_failed": True}, Status.CRITICAL, "failed to remap a row"),
        (
            {"recovery_action": RecoveryAction.NODE_REBOOT},
            Status.CRITICAL,
            "asks for node_reboot",
        ),
        ({"remap_pending": True}, Status.WARNING, "has a row remap pending"),
        ({"temperature_celsius": None}, Status.WARNING, "does not tell its temperature"),
        ({"memory_total_bytes": None}, Status.WARNING, "does not tell its memory"),
        ({"pcie_width": 8}, Status.WARNING, "runs 8 of 16 PCIe lanes"),
        (
            {"throttle_reasons": ("gpu_idle", "hw_power_brake")},
            Status.WARNING,
            "is held back by hw_power_brake",
        ),
    ],
)
def test_each_fact_is_one_line(changes: dict[str, Any], status: Status, text: str) -> None:
    found = verdict(node(gpu(0), gpu(3, **changes)))
    assert found.status is status
    assert [finding.text for finding in found.findings] == [f"GPU 3 (00000000:3b:00.0) {text}"]


@pytest.mark.parametrize(
    "changes",
    [
        {"recovery_action": RecoveryAction.NONE},
        {"remap_pending": None, "remap_failed": None, "recovery_action": None},
        {"pcie_width": None},
        {"pcie_width_max": None},
        {"throttle_reasons": ("gpu_idle", "sw_power_cap")},
    ],
)
def test_what_is_not_known_is_not_a_fault(changes: dict[str, Any]) -> None:
    assert verdict(node(gpu(0, **changes))).status is Status.OK


def test_fewer_gpus_than_expected_are_critical() -> None:
    found = verdict(node(*(gpu(slot) for slot in range(7))), gpus_expected=8)
    assert str(found) == "CRITICAL: 7 GPUs answer\n7 of 8 GPUs are known"


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
    found = verdict(node(gpu(0, remap_pending=True), gpu(1, remap_failed=True)))
    assert str(found).splitlines() == [
        "CRITICAL: 2 GPUs answer",
        "GPU 1 (00000000:1b:00.0) failed to remap a row",
        "GPU 0 (00000000:0b:00.0) has a row remap pending",
    ]


def test_the_exit_codes_are_those_of_nagios() -> None:
    assert [int(status) for status in Status] == [0, 1, 2, 3]
