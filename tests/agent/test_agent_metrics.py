"""The page as Prometheus reads it. To write it anew: THIRDSHIFT_GOLDEN=write pytest <this file>"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
from prometheus_client import Metric
from prometheus_client.openmetrics import parser as openmetrics
from prometheus_client.parser import text_string_to_metric_families

from servers.process import need
from thirdshift_agent.metrics import XidCount, render
from thirdshift_agent.wire import (
    GpuIdentity,
    GpuPresence,
    GpuReading,
    RecoveryAction,
    Snapshot,
)

GOLDEN = Path(__file__).parent / "golden" / "metrics.txt"
NOW = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)


def card(slot: int) -> GpuIdentity:
    return GpuIdentity(
        slot=slot,
        uuid=f"GPU-b850f46d-d5ea-c752-ddf3-c4453e44d3f{slot}",
        serial=f"165092300836{slot}",
        pci_address=f"00000000:{slot}b:00.0",
        name="NVIDIA H100 80GB HBM3",
    )


WELL = GpuReading(
    identity=card(0),
    presence=GpuPresence.PRESENT,
    seen_at=NOW - timedelta(seconds=5),
    temperature_celsius=59,
    memory_temperature_celsius=65,
    power_watts=629.5,
    power_limit_watts=700.0,
    energy_joules_total=81_234_567.891,
    sm_clock_hertz=1.755e9,
    memory_clock_hertz=2.619e9,
    utilisation_ratio=0.98,
    memory_used_bytes=76_000_000_000,
    memory_total_bytes=85_520_809_984,
    ecc_corrected_total=12,
    ecc_uncorrected_total=0,
    remapped_rows_correctable_total=0,
    remapped_rows_uncorrectable_total=2,
    remap_pending=True,
    remap_failed=False,
    throttle_reasons=("sw_power_cap",),
    pcie_generation=5,
    pcie_generation_max=5,
    pcie_width=16,
    pcie_width_max=16,
    recovery_action=RecoveryAction.GPU_RESET,
)
LOST = GpuReading(card(1), GpuPresence.LOST, NOW - timedelta(minutes=10))
HUNG = GpuReading(card(2), GpuPresence.HUNG, None, "nvmlDeviceGetTemperatureV", 35.5)
SNAPSHOT = Snapshot(
    NOW - timedelta(seconds=5), "580.95.05", (WELL, LOST, HUNG), ("GPU 1: GPU is lost",)
)
XIDS = (
    XidCount(card(1).uuid, 1, "79", 1, NOW - timedelta(minutes=10)),
    XidCount(card(0).uuid, 0, "63", 2, NOW - timedelta(hours=1)),
    XidCount(None, None, "43", 1, NOW - timedelta(days=1)),
)


def page(snapshot: Snapshot | None = SNAPSHOT) -> str:
    return render(snapshot, XIDS, NOW).body.decode()


def series(
    text: str, parse: Callable[[str], Iterable[Metric]] = text_string_to_metric_families
) -> Mapping[tuple[str, frozenset[tuple[str, str]]], float]:
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in parse(text)
        for sample in family.samples
    }


def names_of(reading: GpuReading) -> set[str]:
    text = page(replace(SNAPSHOT, gpus=(reading,)))
    return {name.removeprefix("thirdshift_gpu_") for name, _ in series(text) if "_gpu_" in name}


def test_the_page_is_the_golden_one() -> None:
    text = page().replace(f'version="{version("thirdshift")}"', 'version="VERSION"')
    if os.environ.get("THIRDSHIFT_GOLDEN") == "write":
        GOLDEN.write_text(text, encoding="utf-8")
    assert text == GOLDEN.read_text(encoding="utf-8")


def test_prometheus_finds_nothing_to_complain_about() -> None:
    command = [need("promtool"), "check", "metrics"]
    checked = subprocess.run(command, input=page(), capture_output=True, text=True, timeout=60)
    assert (checked.returncode, checked.stdout + checked.stderr) == (0, "")


@pytest.mark.parametrize(
    "accept", ["", "*/*", "application/openmetrics-text;version=new", "text/plain;version=,;q"]
)
def test_the_format_is_the_one_that_every_prometheus_knows(accept: str) -> None:
    told = render(SNAPSHOT, XIDS, NOW, accept)
    assert told.content_type == "text/plain; version=0.0.4; charset=utf-8"
    assert told.body.decode() == page()


def test_who_reads_openmetrics_gets_the_same_series_in_it() -> None:
    told = render(SNAPSHOT, XIDS, NOW, "application/openmetrics-text;version=1.0.0,text/plain")
    assert told.content_type.startswith("application/openmetrics-text; version=1.0.0")
    assert series(told.body.decode(), openmetrics.text_string_to_metric_families) == series(page())


def test_before_the_first_snapshot_the_page_tells_of_no_gpu() -> None:
    names = {name for name, _ in series(page(None))}
    assert names == {
        "thirdshift_agent_info",
        "thirdshift_gpu_xid_total",
        "thirdshift_gpu_xid_last_timestamp_seconds",
    }


VALUES = [f.name for f in fields(WELL) if isinstance(getattr(WELL, f.name), float | int)]
WORDS = ["throttle_reasons", "recovery_action", "seen_at"]


def with_field(name: str, value: Any) -> GpuReading:
    return replace(WELL, **{name: value})


@pytest.mark.parametrize("field", VALUES + WORDS)
def test_a_reading_that_could_not_be_had_has_no_sample(field: str) -> None:
    assert len(names_of(WELL) - names_of(with_field(field, None))) == 1


@pytest.mark.parametrize("field", VALUES)
def test_zero_is_a_reading(field: str) -> None:
    assert names_of(with_field(field, 0)) == names_of(WELL)


def test_every_reading_is_on_the_page() -> None:
    who = {"identity", "presence", "hung_call", "hung_seconds"}
    assert {f.name for f in fields(GpuReading)} - who == {*VALUES, *WORDS}


def test_a_driver_that_is_not_there_has_no_version() -> None:
    text = page(Snapshot(NOW, None, (), ("the NVIDIA kernel driver is not loaded",)))
    assert "thirdshift_driver_info" not in text
    assert "thirdshift_problems 1.0" in text


def test_a_lost_gpu_still_has_a_name_a_slot_and_a_time() -> None:
    assert names_of(LOST) == {
        "info",
        "present",
        "last_seen_timestamp_seconds",
        "xid_total",
        "xid_last_timestamp_seconds",
    }


def test_every_series_of_a_gpu_carries_uuid_and_slot() -> None:
    for name, labels in series(page()):
        if name.startswith("thirdshift_gpu_"):
            assert {"uuid", "slot"} <= dict(labels).keys(), name


def test_no_series_appears_twice() -> None:
    lines = [line.rpartition(" ")[0] for line in page().splitlines() if not line.startswith("#")]
    assert len(lines) == len(set(lines))
