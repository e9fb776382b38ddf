"""DCGM's names for our readings: the table, the labels, the last XID."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from thirdshift_agent.collectors.gpu import ALL
from thirdshift_agent.collectors.gpu.source import GpuRow, Several
from thirdshift_agent.collectors.row import ForeignRow, Readings, Series
from thirdshift_agent.dcgm import NAMES, DcgmName, Pod, Telling, sections
from thirdshift_agent.page.metrics import XidCount
from thirdshift_agent.page.pages import Pages, Section
from thirdshift_agent.sampling.sample import GpuSample, Sample
from thirdshift_agent.wire import GpuIdentity, GpuPresence

NOW = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)
TELLING = Telling("gpu-0101", NOW - timedelta(days=3))
ROWS = {row.name: row for each in ALL for row in each.rows}
HEAT: Readings = {("temperature_celsius", ()): 59.0}
XID = "DCGM_FI_DEV_XID_ERRORS"


def card(slot: int) -> GpuIdentity:
    return GpuIdentity(
        slot=slot,
        uuid=f"GPU-b850f46d-d5ea-c752-ddf3-c4453e44d3f{slot}",
        serial=f"165092300836{slot}",
        pci_address=f"00000000:{slot}b:00.0",
        name="NVIDIA H100 80GB HBM3",
    )


def gpu(slot: int, readings: Readings) -> GpuSample:
    return GpuSample(card(slot), GpuPresence.PRESENT, NOW, readings=readings)


def lost(slot: int) -> GpuSample:
    return GpuSample(card(slot), GpuPresence.LOST, NOW - timedelta(hours=1))


Samples = list[tuple[dict[str, str], float]]
"""The labels and value of each sample of one name."""


def told(
    *gpus: GpuSample, xids: tuple[XidCount, ...] = (), telling: Telling = TELLING
) -> dict[str, Samples]:
    found: dict[str, Samples] = {}
    for section in sections(Sample(NOW, "580.95.05", gpus), xids, telling):
        own_labels = {row.name: row.labels for row in section.rows}
        for (name, labels), value in section.readings.items():
            keys = (*section.label_names, *own_labels[name])
            named = dict(zip(keys, section.labels + labels, strict=True))
            found.setdefault(name, []).append((named, value))
    return found


def labelled(samples: Samples, place: int = 0) -> dict[str, str]:
    return samples[place][0]


def xid(code: str, slot: int, **ago: float) -> XidCount:
    return XidCount(card(slot).uuid, slot, code, 1, NOW - timedelta(**ago))


def last_xids(*xids: XidCount, gpus: tuple[GpuSample, ...] = (gpu(0, HEAT),)) -> list[Any]:
    samples = told(*gpus, xids=xids)[XID]
    return [((labels["err_code"], labels["err_msg"]), value) for labels, value in samples]


def declared(row: GpuRow, series: Series) -> bool:
    if isinstance(row.sources, Several):
        return len(series[1]) == len(row.labels)
    return series[1] in row.sources


@pytest.mark.parametrize("name", NAMES, ids=lambda name: name.name)
def test_every_name_is_served_by_readings_that_a_collector_gives(name: DcgmName) -> None:
    assert name.parts
    assert [part for part in name.parts if not declared(ROWS[part[0]], part)] == []


def test_no_name_is_there_twice() -> None:
    assert [name for name, count in Counter(n.name for n in NAMES).items() if count > 1] == []


@pytest.mark.parametrize("name", NAMES, ids=lambda name: name.name)
def test_what_only_grows_is_a_counter_and_nothing_else(name: DcgmName) -> None:
    flags = {"DCGM_FI_DEV_RETIRED_PENDING"}
    grows = all(row.endswith("_total") and ROWS[row].is_counter for row, _ in name.parts)
    assert name.is_counter == (grows or name.name in flags)


@given(st.sampled_from(NAMES), st.data())
def test_what_could_not_be_read_has_no_value_and_zero_is_one(name: DcgmName, data: Any) -> None:
    known = data.draw(st.sets(st.sampled_from(sorted(name.parts))))
    value = name.value(dict.fromkeys(known, 0.0))
    assert value == (0.0 if known else None)


@given(st.integers(0, 10**12))
def test_no_fraction_is_made_up_on_the_way_through_the_base_unit(millijoules: int) -> None:
    energy = next(n for n in NAMES if n.name == "DCGM_FI_DEV_TOTAL_ENERGY_CONSUMPTION")
    assert energy.value({("energy_joules_total", ()): millijoules * 1e-3}) == millijoules


def test_the_labels_are_those_of_dcgm_exporter() -> None:
    assert labelled(told(gpu(3, HEAT))["DCGM_FI_DEV_GPU_TEMP"]) == {
        "gpu": "3",
        "UUID": "GPU-b850f46d-d5ea-c752-ddf3-c4453e44d3f3",
        "pci_bus_id": "00000000:3B:00.0",
        "device": "nvidia3",
        "modelName": "NVIDIA H100 80GB HBM3",
        "Hostname": "gpu-0101",
        "DCGM_FI_DRIVER_VERSION": "580.95.05",
    }


def test_a_pod_is_named_on_the_gpus_that_it_was_given() -> None:
    telling = replace(TELLING, pods={card(0).uuid: Pod("team-a", "train-0", "main")})
    family = told(gpu(0, HEAT), gpu(1, HEAT), telling=telling)["DCGM_FI_DEV_GPU_TEMP"]
    pod = {"namespace": "team-a", "pod": "train-0", "container": "main"}
    assert labelled(family, 0).items() >= pod.items()
    assert labelled(family, 1).items() >= dict.fromkeys(pod, "").items()


def test_a_gpu_that_does_not_answer_has_no_value_but_its_last_xid() -> None:
    found = told(lost(1), xids=(xid("79", 1, minutes=5),))
    assert list(found) == [XID]
    assert found[XID][0][1] == 79.0


def test_a_gpu_without_an_xid_says_0() -> None:
    assert last_xids() == [(("0", "No Error"), 0.0)]


def test_the_last_xid_is_the_one_that_came_last() -> None:
    xids = (xid("79", 0, minutes=5), xid("63", 0, hours=1), xid("31", 1, minutes=1))
    assert last_xids(*xids) == [(("79", "The GPU has fallen off the bus"), 79.0)]


def test_xids_from_before_the_boot_are_forgotten() -> None:
    assert last_xids(xid("79", 0, days=4)) == [(("0", "No Error"), 0.0)]


def test_an_xid_without_a_known_card_or_a_number_is_nobodys() -> None:
    strange = (XidCount(None, None, "43", 1, NOW), xid("none", 0, minutes=1))
    assert last_xids(*strange) == [(("0", "No Error"), 0.0)]


def test_a_code_that_nobody_named_is_unknown() -> None:
    assert last_xids(xid("999", 0, minutes=1)) == [(("999", "Unknown Error"), 999.0)]


def test_a_family_without_a_sample_is_left_out() -> None:
    assert set(told(gpu(0, HEAT))) == {"DCGM_FI_DEV_GPU_TEMP", XID}
    assert told() == {}


@pytest.mark.parametrize(
    ("accept", "kind"), [("", "counter"), ("application/openmetrics-text;version=1.0.0", "unknown")]
)
def test_a_counter_is_called_one_where_the_format_allows_its_name(accept: str, kind: str) -> None:
    row = ForeignRow("DCGM_X", "Ends untyped", (), counts=True)
    section = Section([row], {("DCGM_X", ()): 7.0}, "", ("gpu",), ("0",))
    lines = Pages().write([section], accept).body.decode().splitlines()
    assert lines[:3] == [
        "# HELP DCGM_X Ends untyped",
        f"# TYPE DCGM_X {kind}",
        'DCGM_X{gpu="0"} 7.0',
    ]
