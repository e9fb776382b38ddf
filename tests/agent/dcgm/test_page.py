"""Every DCGM name on the page of an agent that reads our NVML: its value, its unit, its growth."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from prometheus_client.openmetrics.parser import text_string_to_metric_families as parse
from prometheus_client.samples import Sample

from fakes.node_clock import NodeClock
from fakes.node_tree import NodeTree
from servers.nvml_library import NvmlLibrary
from servers.process import need
from thirdshift_agent.agent import Agent
from thirdshift_agent.collectors.gpu import chosen
from thirdshift_agent.collectors.host.collector import Roots
from thirdshift_agent.dcgm import NAMES
from thirdshift_agent.nvml import NvmlDriver
from thirdshift_agent.observation import XID_EVENT, driver_event
from thirdshift_agent.sampling.identity import IdentityBook
from thirdshift_agent.sampling.reading import WatchedReader
from thirdshift_agent.sampling.sampler import FULL_EVERY
from thirdshift_agent.settings import Settings

PREFIX = "DCGM_FI_"
OPENMETRICS = "application/openmetrics-text;version=1.0.0"
KIB = 1024
TABLE = {name.name.removeprefix(PREFIX): name for name in NAMES}

SET = {
    "video_clock": 1201, "sm_clock_max": 1202, "memory_clock_max": 1203, "performance_state": 2,
    "throttle": 0b1_0010_0100, "margin": 31, "threshold.0": 96, "threshold.1": 91,
    "threshold.2": 97, "threshold.3": 88, "fans": 2, "fan.0": 45, "fan.1": 46,
    "field.187": 201_000, "field.188": 705_000, "field.189": 704_000, "field.190": 703_000,
    "field.192": 702_000, "field.74": 740, "field.75": 750, "field.76": 760, "field.77": 770,
    "field.78": 780, "field.79": 790, "encoder_utilisation": 12, "decoder_utilisation": 13,
    "field.11": 110, "field.12": 120, "field.22": 220, "field.23": 230, "sram.0": 1, "sram.1": 2,
    "sram.2": 3, "sram.3": 4, "sram.4": 5, "sram.5": 6, "field.29": 29, "field.30": 30,
    "field.31": 1, "field.142": 142, "field.144": 1, "field.145": 0, "banks.partial": 4,
    "banks.low": 3, "banks.none": 2, "field.161": 3, "field.162": 2, "field.163": 5,
    "field.230": 1, "gpm.11": 11_000, "gpm.20": 20_000_000, "gpm.21": 21_000_000,
    "gpm.60": 60_000_000, "gpm.61": 61_000_000,
}  # fmt: skip
"""What our NVML says of GPU 3 beside what it says of a well H100, in NVML's units."""

EXPECTED = {
    "DEV_SM_CLOCK": 1755, "DEV_MEM_CLOCK": 2619, "DEV_VIDEO_CLOCK": 1201, "DEV_MAX_SM_CLOCK": 1202,
    "DEV_MAX_MEM_CLOCK": 1203, "DEV_PSTATE": 2, "DEV_CLOCK_THROTTLE_REASONS": 0b1_0010_0100,
    "DEV_CLOCKS_EVENT_REASONS": 0b1_0010_0100,
    "DEV_GPU_TEMP": 53, "DEV_MEMORY_TEMP": 61, "DEV_GPU_TEMP_LIMIT": 31, "DEV_SHUTDOWN_TEMP": 96,
    "DEV_SLOWDOWN_TEMP": 91, "DEV_MEM_MAX_OP_TEMP": 97, "DEV_GPU_MAX_OP_TEMP": 88,
    "DEV_FAN_SPEED": 45,
    "DEV_POWER_USAGE": 342.5, "DEV_POWER_USAGE_INSTANT": 338, "DEV_ENFORCED_POWER_LIMIT": 703,
    "DEV_TOTAL_ENERGY_CONSUMPTION": 123_456_789, "DEV_POWER_MGMT_LIMIT": 702,
    "DEV_POWER_MGMT_LIMIT_MIN": 201, "DEV_POWER_MGMT_LIMIT_MAX": 705,
    "DEV_POWER_MGMT_LIMIT_DEF": 704,
    "DEV_POWER_VIOLATION": 740, "DEV_THERMAL_VIOLATION": 750, "DEV_SYNC_BOOST_VIOLATION": 760,
    "DEV_BOARD_LIMIT_VIOLATION": 770, "DEV_LOW_UTIL_VIOLATION": 780,
    "DEV_RELIABILITY_VIOLATION": 790,
    "DEV_GPU_UTIL": 98, "DEV_MEM_COPY_UTIL": 40, "DEV_ENC_UTIL": 12, "DEV_DEC_UTIL": 13,
    "DEV_FB_TOTAL": 80 * KIB, "DEV_FB_USED": 20 * KIB, "DEV_FB_RESERVED": KIB,
    "DEV_FB_FREE": 59 * KIB, "DEV_BAR1_TOTAL": 128 * KIB, "DEV_BAR1_USED": 6,
    "DEV_ECC_CURRENT": 1, "DEV_ECC_SBE_VOL_DEV": 110, "DEV_ECC_DBE_VOL_DEV": 120,
    "DEV_ECC_SBE_AGG_DEV": 220, "DEV_ECC_DBE_AGG_DEV": 230, "DEV_ECC_SBE_VOL_TOTAL": 110 + 6,
    "DEV_ECC_DBE_VOL_TOTAL": 120 + 4 + 5, "DEV_ECC_SBE_AGG_TOTAL": 220 + 3,
    "DEV_ECC_DBE_AGG_TOTAL": 230 + 1 + 2,
    "DEV_RETIRED_SBE": 29, "DEV_RETIRED_DBE": 30, "DEV_RETIRED_PENDING": 1,
    "DEV_CORRECTABLE_REMAPPED_ROWS": 142, "DEV_UNCORRECTABLE_REMAPPED_ROWS": 2,
    "DEV_ROW_REMAP_PENDING": 1, "DEV_ROW_REMAP_FAILURE": 0,
    "DEV_BANKS_REMAP_ROWS_AVAIL_MAX": 2560 - 144 - 9, "DEV_BANKS_REMAP_ROWS_AVAIL_HIGH": 144,
    "DEV_BANKS_REMAP_ROWS_AVAIL_PARTIAL": 4, "DEV_BANKS_REMAP_ROWS_AVAIL_LOW": 3,
    "DEV_BANKS_REMAP_ROWS_AVAIL_NONE": 2,
    "DEV_PCIE_REPLAY_COUNTER": 9, "DEV_PCIE_LINK_GEN": 5, "DEV_PCIE_LINK_WIDTH": 16,
    "DEV_PCIE_MAX_LINK_GEN": 5, "DEV_PCIE_MAX_LINK_WIDTH": 16,
    "DEV_NVLINK_REPLAY_ERROR_COUNT_TOTAL": 18 * 3, "DEV_NVLINK_RECOVERY_ERROR_COUNT_TOTAL": 18 * 2,
    "DEV_NVLINK_CRC_FLIT_ERROR_COUNT_TOTAL": 18 * 5,
    "DEV_NVLINK_BANDWIDTH_TOTAL": (60_000 + 61_000) * KIB / 1000,
    "DEV_PERSISTENCE_MODE": 1, "DEV_MIG_MODE": 0, "DEV_GET_GPU_RECOVERY_ACTION": 1,
    "PROF_GR_ENGINE_ACTIVE": 0.98, "PROF_SM_ACTIVE": 0.915, "PROF_SM_OCCUPANCY": 0.4425,
    "PROF_PIPE_TENSOR_ACTIVE": 0.6175, "PROF_DRAM_ACTIVE": 0.42125, "PROF_PIPE_FP64_ACTIVE": 0.11,
    "PROF_PIPE_FP32_ACTIVE": 0.14, "PROF_PIPE_FP16_ACTIVE": 0.02,
    "PROF_PCIE_TX_BYTES": 20_000 * KIB**2, "PROF_PCIE_RX_BYTES": 21_000 * KIB**2,
    "PROF_NVLINK_RX_BYTES": 60_000 * KIB**2, "PROF_NVLINK_TX_BYTES": 61_000 * KIB**2,
}  # fmt: skip
"""The page then, in DCGM's units."""

GROWING = {
    "DEV_TOTAL_ENERGY_CONSUMPTION": "field.83", "DEV_PCIE_REPLAY_COUNTER": "field.94",
    "DEV_POWER_VIOLATION": "field.74", "DEV_THERMAL_VIOLATION": "field.75",
    "DEV_SYNC_BOOST_VIOLATION": "field.76", "DEV_BOARD_LIMIT_VIOLATION": "field.77",
    "DEV_LOW_UTIL_VIOLATION": "field.78", "DEV_RELIABILITY_VIOLATION": "field.79",
    "DEV_ECC_SBE_VOL_DEV": "field.11", "DEV_ECC_DBE_VOL_DEV": "field.12",
    "DEV_ECC_SBE_AGG_DEV": "field.22", "DEV_ECC_DBE_AGG_DEV": "field.23",
    "DEV_ECC_SBE_VOL_TOTAL": "field.11", "DEV_ECC_DBE_VOL_TOTAL": "field.12",
    "DEV_ECC_SBE_AGG_TOTAL": "field.22", "DEV_ECC_DBE_AGG_TOTAL": "field.23",
    "DEV_RETIRED_SBE": "field.29", "DEV_RETIRED_DBE": "field.30", "DEV_RETIRED_PENDING": "field.31",
    "DEV_CORRECTABLE_REMAPPED_ROWS": "field.142", "DEV_UNCORRECTABLE_REMAPPED_ROWS": "field.143",
    "DEV_NVLINK_REPLAY_ERROR_COUNT_TOTAL": "field.161",
    "DEV_NVLINK_RECOVERY_ERROR_COUNT_TOTAL": "field.162",
    "DEV_NVLINK_CRC_FLIT_ERROR_COUNT_TOTAL": "field.163",
}  # fmt: skip
"""The key of our NVML that lets the counter grow."""

LINTS = {
    'counter metrics should have "_total" suffix',
    "label names should be written in 'snake_case' not 'camelCase'",
    "metric name should not include type 'counter'",
}
"""What promtool has against names that are NVIDIA's."""


@pytest.fixture
def agent(library: NvmlLibrary, tmp_path: Path) -> Iterator[Agent]:
    for key, value in SET.items():
        library.set(key, value, gpu=3)
    yield from running(tmp_path, dcgm_names=True)


def running(
    folder: Path, dcgm_names: bool, activity: bool = True, roots: Roots | None = None
) -> Iterator[Agent]:
    settings = Settings(
        "gpu-0101",
        folder / "state",
        NodeClock(),
        5.0,
        dcgm_names=dcgm_names,
        uptime_seconds=lambda: 1e6,
        roots=roots,
    )
    driver = NvmlDriver(chosen(activity))
    agent = Agent(settings, IdentityBook(), lambda hear: driver, WatchedReader())
    look(agent)
    look(agent)
    yield agent
    agent.journal.close()
    driver.close()


def look(agent: Agent) -> None:
    """Look until everything was read once more, what seldom changes too."""
    for _ in range(FULL_EVERY):
        agent.sampler.sample_once()


def page(agent: Agent, accept: str = "") -> list[str]:
    return agent.metrics(accept).body.decode().splitlines()


def samples(agent: Agent) -> list[Sample]:
    """The page's, in the format whose parser renames nothing."""
    text = agent.metrics(OPENMETRICS).body.decode()
    return [each for family in parse(text) for each in family.samples]  # type: ignore[no-untyped-call]


def values(agent: Agent, gpu: str = "3") -> dict[str, float]:
    """What stands on the page in DCGM's names of one GPU."""
    return {
        sample.name.removeprefix(PREFIX): sample.value
        for sample in samples(agent)
        if sample.name.startswith(PREFIX) and sample.labels["gpu"] == gpu
    }


def test_every_name_is_on_the_page_of_every_gpu(library: NvmlLibrary, agent: Agent) -> None:
    for key in ("fans", "field.29", "field.30", "field.31"):
        library.set(key, 1)
    agent.driver.close()  # what a GPU does not have is asked anew after a fresh start
    look(agent)
    look(agent)
    for slot in range(8):
        assert values(agent, str(slot)).keys() == {*TABLE, "DEV_XID_ERRORS"}


def test_every_value_is_in_dcgms_unit(agent: Agent) -> None:
    found = values(agent)
    assert TABLE.keys() == EXPECTED.keys()
    assert {name: found[name] for name in EXPECTED} == pytest.approx(EXPECTED)


def test_every_counter_grows(library: NvmlLibrary, agent: Agent) -> None:
    counters = {name for name, each in TABLE.items() if each.is_counter}
    assert counters == GROWING.keys()
    before = values(agent)
    for key in set(GROWING.values()):
        library.set(key, SET.get(key, 123_456_789) + 1000, gpu=3)
    look(agent)
    after = values(agent)
    assert [name for name in counters if after[name] <= before[name]] == []


def test_the_last_xid_is_told_with_its_code(agent: Agent) -> None:
    sample = agent.sampler.latest()
    assert sample is not None
    for slot, code, ago in ((3, "48", 60), (3, "63", 30), (4, "79", 10)):
        at = agent.settings.clock.now() - timedelta(seconds=ago)
        card = sample.gpus[slot].identity
        agent.recorder.observe(driver_event(XID_EVENT, int(code), card, at))
    found = [each for each in samples(agent) if each.name == f"{PREFIX}DEV_XID_ERRORS"]
    assert [each.value for each in found] == [0, 0, 0, 63, 79, 0, 0, 0]
    assert [int(each.labels["err_code"]) for each in found] == [each.value for each in found]


def test_promtool_complains_of_nothing_but_nvidias_spelling(agent: Agent) -> None:
    checked = subprocess.run(
        [need("promtool"), "check", "metrics"],
        input=agent.metrics("").body,
        capture_output=True,
        timeout=60,
    )
    complaints = (checked.stdout + checked.stderr).decode().splitlines()
    assert [line for line in complaints if not line.startswith(PREFIX)] == []
    assert {line.partition(" ")[2] for line in complaints} == LINTS


def test_the_types_are_those_of_dcgm_exporter(agent: Agent) -> None:
    kinds = dict(line.split()[2:] for line in page(agent) if line.startswith("# TYPE"))
    for name, each in TABLE.items():
        assert kinds[PREFIX + name] == ("counter" if each.is_counter else "gauge")


def test_who_reads_openmetrics_gets_the_same_samples(agent: Agent) -> None:
    plain, other = (
        [line for line in page(agent, accept) if line.startswith(PREFIX)]
        for accept in ("", OPENMETRICS)
    )
    assert plain == other
    assert len(plain) > 8 * 70


def test_our_own_names_stay_on_the_page(library: NvmlLibrary, tmp_path: Path) -> None:
    (with_them,) = running(tmp_path / "with", dcgm_names=True)
    (without,) = running(tmp_path / "without", dcgm_names=False)
    names = {each.name for each in samples(with_them)}
    ours = {name for name in names if not name.startswith("DCGM")}
    assert ours == {each.name for each in samples(without)} < names


def test_without_activity_its_names_are_absent_and_not_0(
    library: NvmlLibrary, tmp_path: Path
) -> None:
    (agent,) = running(tmp_path, dcgm_names=True, activity=False)
    found = values(agent)
    assert {name for name in found if name.startswith("PROF_")} == set()
    assert "DEV_NVLINK_BANDWIDTH_TOTAL" not in found
    assert found["DEV_GPU_TEMP"] == 53


def test_while_the_driver_is_released_nothing_is_told(agent: Agent) -> None:
    assert values(agent)
    agent.maintenance.release("a new driver", 60.0)
    assert values(agent) == {}


def test_a_gpu_carries_the_pod_that_alone_computes_on_it(
    library: NvmlLibrary, tmp_path: Path
) -> None:
    tree = NodeTree(tmp_path / "node")
    for slot, pods in {3: "a", 4: "ab"}.items():
        for place, pod in enumerate(pods):
            uid, pid = f"{slot}{pod}" * 16, 100 * slot + place
            library.set(f"process.{place}", pid, gpu=slot)
            tree.run(pid, f"/kubepods/pod{uid}/{uid * 2}")
            tree.pod("team", f"train-{pod}", uid, {"main": uid * 2})
    for agent in running(tmp_path, dcgm_names=True, roots=tree.roots):
        assert agent.surroundings is not None
        agent.surroundings.look_for_users()
        by_gpu = {
            each.labels["gpu"]: [each.labels[name] for name in ("namespace", "pod", "container")]
            for each in samples(agent)
            if each.name == f"{PREFIX}DEV_GPU_TEMP"
        }
        assert by_gpu.pop("3") == ["team", "train-a", "main"]
        assert set(map(tuple, by_gpu.values())) == {("", "", "")}
