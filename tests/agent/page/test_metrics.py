"""The page as Prometheus reads it. To write it anew: THIRDSHIFT_GOLDEN=write pytest <this file>"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from prometheus_client import Metric
from prometheus_client.openmetrics import parser as openmetrics
from prometheus_client.parser import text_string_to_metric_families

from fakes.full_sample import AT, HUNG, LOST, NOW, full_sample
from servers.nvml_library import NvmlLibrary
from servers.process import need
from thirdshift_agent import workloads
from thirdshift_agent.collectors import own
from thirdshift_agent.collectors.gpu import presence
from thirdshift_agent.collectors.own import OwnState
from thirdshift_agent.journal.journal import JournalState
from thirdshift_agent.page.metrics import GPU_ROWS, PREFIX, XID_ROWS, Told, XidCount, sections
from thirdshift_agent.page.pages import Pages, Section
from thirdshift_agent.sampling.sample import GpuSample, Sample
from thirdshift_agent.sampling.workers import CallTimes
from thirdshift_agent.workloads import Workload, WorkloadKind
from thirdshift_agent.workloads.watch import GpuUse, Use

GOLDEN = Path(__file__).parent / "golden" / "metrics.txt"
OPENMETRICS = "application/openmetrics-text;version=1.0.0,text/plain"
USE = GpuUse(
    5, (Use(Workload(WorkloadKind.SLURM, job_id="7", step_id="0", user="ana"), 4, 3 << 30),)
)
STATE = OwnState(
    "VERSION",
    CallTimes({"nvmlDeviceGetFieldValues": 12}, {"nvmlDeviceGetFieldValues": 0.25}),
    JournalState(entries=9, last_sequence=12, waiting=0),
)


@pytest.fixture
def sample(library: NvmlLibrary) -> Sample:
    return full_sample(library)


def told(sample: Sample | None, *xids: XidCount) -> list[Section]:
    """As an agent's page begins and goes on, who uses which GPU among it."""
    of_agent = Section(own.ROWS, own.readings(STATE, sample, NOW), PREFIX)
    used = [gpu for gpu in (sample.gpus if sample else ()) if gpu.processes is not None]
    uses = {gpu.identity.uuid: workloads.readings(USE) for gpu in used}
    return [of_agent, *sections(Told(sample, xids, uses=uses))]


def page(sample: Sample | None, *xids: XidCount, accept: str = "") -> str:
    return Pages().write(told(sample, *xids), accept).body.decode()


def xids_of(sample: Sample) -> tuple[XidCount, ...]:
    card, lost = sample.gpus[0].identity, sample.gpus[2].identity
    return (
        XidCount(lost.uuid, lost.slot, "79", 1, NOW - timedelta(minutes=10)),
        XidCount(card.uuid, card.slot, "63", 2, NOW - timedelta(hours=1)),
        XidCount(None, None, "43", 1, NOW - timedelta(days=1)),
    )


def series(
    text: str, parse: Callable[[str], Iterable[Metric]] = text_string_to_metric_families
) -> Mapping[tuple[str, frozenset[tuple[str, str]]], float]:
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in parse(text)
        for sample in family.samples
    }


def names_of(*gpus: GpuSample) -> set[str]:
    text = page(Sample(AT, None, gpus))
    return {name.removeprefix("thirdshift_gpu_") for name, _ in series(text) if "_gpu_" in name}


def test_the_page_is_the_golden_one(sample: Sample) -> None:
    text = page(sample, *xids_of(sample))
    if os.environ.get("THIRDSHIFT_GOLDEN") == "write":
        GOLDEN.write_text(text, encoding="utf-8")
    assert text == GOLDEN.read_text(encoding="utf-8")


def test_the_golden_page_has_every_row(sample: Sample) -> None:
    found = {name for name, _ in series(page(sample, *xids_of(sample)))}
    of_gpus = [*presence.ROWS, *GPU_ROWS, *workloads.ROWS, *XID_ROWS]
    assert found == {f"thirdshift_gpu_{row.name}" for row in of_gpus} | {
        f"thirdshift_{row.name}" for row in own.ROWS
    }


def test_prometheus_finds_nothing_to_complain_about(sample: Sample) -> None:
    command = [need("promtool"), "check", "metrics"]
    text = page(sample, *xids_of(sample))
    checked = subprocess.run(command, input=text, capture_output=True, text=True, timeout=60)
    assert (checked.returncode, checked.stdout + checked.stderr) == (0, "")


@pytest.mark.parametrize(
    "accept", ["", "*/*", "application/openmetrics-text;version=new", "text/plain;version=,;q"]
)
def test_the_format_is_the_one_that_every_prometheus_knows(sample: Sample, accept: str) -> None:
    written = Pages().write(told(sample), accept)
    assert written.content_type == "text/plain; version=0.0.4; charset=utf-8"
    assert written.body.decode() == page(sample)


def test_who_reads_openmetrics_gets_the_same_series_in_it(sample: Sample) -> None:
    written = Pages().write(told(sample, *xids_of(sample)), OPENMETRICS)
    assert written.content_type.startswith("application/openmetrics-text; version=1.0.0")
    found = series(written.body.decode(), openmetrics.text_string_to_metric_families)
    assert found == series(page(sample, *xids_of(sample)))


def test_before_the_first_sample_the_page_tells_of_no_gpu_but_by_its_xids(sample: Sample) -> None:
    found = {name for name, _ in series(page(None, *xids_of(sample)))}
    assert found == {
        "thirdshift_agent_info",
        "thirdshift_agent_nvml_calls_total",
        "thirdshift_agent_nvml_call_seconds_total",
        "thirdshift_agent_journal_entries",
        "thirdshift_agent_journal_sequence",
        "thirdshift_agent_journal_waiting",
        "thirdshift_agent_released",
        "thirdshift_gpu_xid_total",
        "thirdshift_gpu_xid_last_timestamp_seconds",
    }


def test_a_reading_that_could_not_be_had_has_no_sample_and_zero_is_one(sample: Sample) -> None:
    gpu = sample.gpus[0]
    rows = {name for name, _ in gpu.readings}
    everything = names_of(gpu)
    for row in rows:
        rest = {s: value for s, value in gpu.readings.items() if s[0] != row}
        assert everything - names_of(replace(gpu, readings=rest)) == {row}
    zeros = dict.fromkeys(gpu.readings, 0.0)
    assert names_of(replace(gpu, readings=zeros)) == everything


def test_a_driver_that_is_not_there_has_no_version() -> None:
    text = page(Sample(NOW, None, (), ("the NVIDIA kernel driver is not loaded",)))
    assert "thirdshift_driver_info" not in text
    assert "thirdshift_problems 1.0" in text


def test_a_lost_gpu_has_a_name_a_slot_and_a_time_and_a_hung_one_its_call(sample: Sample) -> None:
    by_slot = {gpu.identity.slot: gpu for gpu in sample.gpus}
    who = {"info", "present"}
    assert names_of(by_slot[LOST]) == who | {"last_seen_timestamp_seconds"}
    assert names_of(by_slot[HUNG]) == who | {"call_hung_seconds"}
    found = series(page(sample))
    hung = by_slot[HUNG].identity
    key = {"uuid": hung.uuid, "slot": "6", "call": "nvmlDeviceGetTemperatureV"}
    assert found["thirdshift_gpu_call_hung_seconds", frozenset(key.items())] == 35.5


def test_the_page_says_how_many_gpus_there_should_be_are_known_and_answer(sample: Sample) -> None:
    found = series(page(sample))
    counts = {
        dict(labels)["counted"]: v for (name, labels), v in found.items() if "node_gpus" in name
    }
    assert counts == {"expected": 8, "known": 4, "answering": 2}
    assert found["thirdshift_snapshot_age_seconds", frozenset()] == 5.0
    assert found["thirdshift_agent_sample_seconds", frozenset()] == 0.0125


def test_a_collector_says_how_much_it_read_and_one_that_reads_nothing_shows(
    sample: Sample,
) -> None:
    def counts(its: Sample) -> dict[str, float]:
        name = "thirdshift_agent_readings"
        return {dict(k)["collector"]: v for (n, k), v in series(page(its)).items() if n == name}

    usual = counts(sample)
    assert usual["clocks"] == 2 * 5 - 2, "a divided GPU has no utilisation"
    gone = [replace(gpu, readings={}) for gpu in sample.gpus]
    silent = dict.fromkeys(usual.keys() - {"activity"}, 0.0)
    assert counts(replace(sample, gpus=tuple(gone))) == silent, "what is opt-in need not be there"


def test_every_series_of_a_gpu_carries_uuid_and_slot(sample: Sample) -> None:
    for name, labels in series(page(sample, *xids_of(sample))):
        if name.startswith("thirdshift_gpu_"):
            assert {"uuid", "slot"} <= dict(labels).keys(), name


def test_no_series_appears_twice(sample: Sample) -> None:
    text = page(sample, *xids_of(sample))
    lines = [line.rpartition(" ")[0] for line in text.splitlines() if not line.startswith("#")]
    assert len(lines) == len(set(lines)) > 500
