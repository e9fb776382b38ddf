"""Every row of every GPU collector: set in NVML's own unit, read in the base unit.

Fields are set by the names that the binding has for them, so that a wrong number shows; every value
is another one, so that a mix-up shows.
"""

from __future__ import annotations

from collections.abc import Iterator

import pynvml
import pytest

from servers.nvml_library import NvmlLibrary
from thirdshift_agent.collectors.gpu import ALL, DEFAULT
from thirdshift_agent.collectors.row import Readings, Series
from thirdshift_agent.nvml import NvmlDriver

GPU, LINKS = 3, 18
MIB, GIB = 1 << 20, 1 << 30
Case = tuple[str, int, Series, float]
"""The library's key, the number in NVML's unit, the series, the reading in its base unit."""


def field(name: str, number: int, reading: float, row: str, *labels: str) -> Case:
    return f"field.{getattr(pynvml, f'NVML_FI_DEV_{name}')}", number, (row, labels), reading


def key(name: str, number: int, reading: float, row: str, *labels: str) -> Case:
    return name, number, (row, labels), reading


PCIE_ERRORS = {
    "correctable": "CORRECTABLE_ERRORS",
    "naks_received": "NAKS_RECEIVED",
    "receiver": "RECEIVER_ERROR",
    "bad_tlp": "BAD_TLP",
    "naks_sent": "NAKS_SENT",
    "bad_dllp": "BAD_DLLP",
    "non_fatal": "NON_FATAL_ERROR",
    "fatal": "FATAL_ERROR",
    "unsupported_request": "UNSUPPORTED_REQ",
    "lcrc": "LCRC_ERROR",
    "lane": "LANE_ERROR",
}
LINK_ERRORS = {
    "replay": "ERROR_DL_REPLAY",
    "recovery": "ERROR_DL_RECOVERY",
    "crc": "ERROR_DL_CRC",
    "malformed_packet": "COUNT_MALFORMED_PACKET_ERRORS",
    "buffer_overrun": "COUNT_BUFFER_OVERRUN_ERRORS",
    "receive": "COUNT_RCV_ERRORS",
    "local_integrity": "COUNT_LOCAL_LINK_INTEGRITY_ERRORS",
    "transmit_discard": "COUNT_XMIT_DISCARDS",
    "recovery_failed": "COUNT_LINK_RECOVERY_FAILED_EVENTS",
    "effective": "COUNT_EFFECTIVE_ERRORS",
    "symbol": "COUNT_SYMBOL_ERRORS",
}
SPANS = {
    "sw_power_cap": "CLOCKS_EVENT_REASON_SW_POWER_CAP",
    "thermal": "PERF_POLICY_THERMAL",
    "sync_boost": "CLOCKS_EVENT_REASON_SYNC_BOOST",
    "board_limit": "PERF_POLICY_BOARD_LIMIT",
    "low_utilisation": "PERF_POLICY_LOW_UTILIZATION",
    "reliability": "PERF_POLICY_RELIABILITY",
    "sw_thermal_slowdown": "CLOCKS_EVENT_REASON_SW_THERM_SLOWDOWN",
    "hw_thermal_slowdown": "CLOCKS_EVENT_REASON_HW_THERM_SLOWDOWN",
    "hw_power_brake": "CLOCKS_EVENT_REASON_HW_POWER_BRAKE_SLOWDOWN",
}


def of_links() -> Iterator[Case]:
    for link in range(LINKS):
        its = (
            ("GET_STATE", link % 2, 1, "nvlink_up"),
            ("GET_SPEED", 26_000 + link, 1e6, "nvlink_speed_bytes_per_second"),
            ("THROUGHPUT_DATA_TX", 5000 + link, 1024, "nvlink_transmitted_bytes_total"),
            ("THROUGHPUT_DATA_RX", 6000 + link, 1024, "nvlink_received_bytes_total"),
        )
        for name, number, scale, row in its:
            yield of_link(link, name, number, number * scale, row)
        for place, (error, name) in enumerate(LINK_ERRORS.items()):
            count = 100 * link + place
            yield of_link(link, name, count, count, "nvlink_errors_total", error)


def of_link(link: int, name: str, number: int, reading: float, row: str, *labels: str) -> Case:
    every, _, series, _ = field(f"NVLINK_{name}", number, reading, row, str(link), *labels)
    return f"{every}.{link}", number, series, reading


def of_throttling() -> Iterator[Case]:
    for place, (reason, name) in enumerate(SPANS.items()):
        nanoseconds = 1_500_000_000 * (place + 1)
        yield field(name, nanoseconds, nanoseconds * 1e-9, "throttle_seconds_total", reason)


def of_pcie() -> Iterator[Case]:
    for place, (error, name) in enumerate(PCIE_ERRORS.items()):
        yield field(f"PCIE_COUNT_{name}", 31 + place, 31 + place, "pcie_errors_total", error)


TABLE: tuple[Case, ...] = (
    field("POWER_AVERAGE", 301_001, 301.001, "power_watts"),
    field("POWER_INSTANT", 302_002, 302.002, "power_instant_watts"),
    field("POWER_CURRENT_LIMIT", 603_003, 603.003, "power_limit_watts"),
    field("TOTAL_ENERGY_CONSUMPTION", 4_004_004, 4004.004, "energy_joules_total"),
    field("POWER_MIN_LIMIT", 205_005, 205.005, "power_limit_bound_watts", "min"),
    field("POWER_MAX_LIMIT", 706_006, 706.006, "power_limit_bound_watts", "max"),
    field("POWER_DEFAULT_LIMIT", 707_007, 707.007, "power_limit_bound_watts", "default"),
    field("POWER_REQUESTED_LIMIT", 608_008, 608.008, "power_limit_bound_watts", "requested"),
    key("temperature", 51, 51, "temperature_celsius"),
    field("MEMORY_TEMP", 62, 62, "memory_temperature_celsius"),
    key("margin", -7, -7, "temperature_margin_celsius"),
    key("threshold.0", 93, 93, "temperature_threshold_celsius", "shutdown"),
    key("threshold.1", 88, 88, "temperature_threshold_celsius", "slowdown"),
    key("threshold.2", 96, 96, "temperature_threshold_celsius", "memory_max"),
    key("threshold.3", 85, 85, "temperature_threshold_celsius", "gpu_max"),
    field(
        "TEMPERATURE_SHUTDOWN_TLIMIT", -8, -8, "temperature_margin_threshold_celsius", "shutdown"
    ),
    field(
        "TEMPERATURE_SLOWDOWN_TLIMIT", -2, -2, "temperature_margin_threshold_celsius", "slowdown"
    ),
    field("TEMPERATURE_MEM_MAX_TLIMIT", 3, 3, "temperature_margin_threshold_celsius", "memory_max"),
    field("TEMPERATURE_GPU_MAX_TLIMIT", 0, 0, "temperature_margin_threshold_celsius", "gpu_max"),
    key("fan.0", 0, 0.0, "fan_speed_ratio", "0"),
    key("fan.1", 45, 0.45, "fan_speed_ratio", "1"),
    key("utilisation", 97, 0.97, "utilisation_ratio"),
    key("memory_utilisation", 0, 0.0, "memory_utilisation_ratio"),
    key("sm_clock", 1755, 1755e6, "sm_clock_hertz"),
    key("memory_clock", 2619, 2619e6, "memory_clock_hertz"),
    key("performance_state", 2, 2, "performance_state"),
    key("sm_clock_max", 1980, 1980e6, "sm_clock_max_hertz"),
    key("memory_clock_max", 2620, 2620e6, "memory_clock_max_hertz"),
    key("video_clock", 1545, 1545e6, "video_clock_hertz"),
    key("encoder_utilisation", 12, 0.12, "encoder_utilisation_ratio"),
    key("decoder_utilisation", 13, 0.13, "decoder_utilisation_ratio"),
    key("memory_used", 21 * GIB, 21 * GIB, "memory_used_bytes"),
    key("memory_total", 79 * GIB, 79 * GIB, "memory_total_bytes"),
    key("memory_reserved", 2 * GIB, 2 * GIB, "memory_reserved_bytes"),
    key("bar1_used", 5 * MIB, 5 * MIB, "bar1_used_bytes"),
    key("bar1_total", 127 * GIB, 127 * GIB, "bar1_total_bytes"),
    field("ECC_SBE_AGG_DEV", 22, 22, "ecc_errors_total", "corrected", "dram"),
    field("ECC_DBE_AGG_DEV", 23, 23, "ecc_errors_total", "uncorrected", "dram"),
    key("sram.2", 24, 24, "ecc_errors_total", "corrected", "sram"),
    field("ECC_SBE_VOL_DEV", 11, 11, "ecc_volatile_errors_total", "corrected", "dram"),
    field("ECC_DBE_VOL_DEV", 12, 12, "ecc_volatile_errors_total", "uncorrected", "dram"),
    key("sram.5", 25, 25, "ecc_volatile_errors_total", "corrected", "sram"),
    key("sram.threshold_exceeded", 1, 1, "ecc_sram_threshold_exceeded"),
    field("ECC_CURRENT", 1, 1, "ecc_enabled"),
    field("REMAPPED_COR", 6, 6, "remapped_rows_total", "correctable"),
    field("REMAPPED_UNC", 7, 7, "remapped_rows_total", "uncorrectable"),
    field("REMAPPED_PENDING", 1, 1, "remap_pending"),
    field("REMAPPED_FAILURE", 1, 1, "remap_failed"),
    key("banks.full", 2501, 2501, "remap_banks", "max"),
    key("banks.high", 52, 52, "remap_banks", "high"),
    key("banks.partial", 53, 53, "remap_banks", "partial"),
    key("banks.low", 54, 54, "remap_banks", "low"),
    key("banks.none", 55, 55, "remap_banks", "none"),
    field("RETIRED_SBE", 8, 8, "retired_pages_total", "single_bit"),
    field("RETIRED_DBE", 9, 9, "retired_pages_total", "double_bit"),
    field("RETIRED_PENDING", 1, 1, "retired_pages_pending"),
    field("GET_GPU_RECOVERY_ACTION", 2, 2, "recovery_action_code"),
    key("pcie_generation", 4, 4, "pcie_generation"),
    key("pcie_width", 8, 8, "pcie_width"),
    key("pcie_generation_max", 5, 5, "pcie_generation_max"),
    key("pcie_width_max", 16, 16, "pcie_width_max"),
    field("PCIE_REPLAY_COUNTER", 10, 10, "pcie_replays_total"),
    field("PCIE_REPLAY_ROLLOVER_COUNTER", 3, 3, "pcie_replay_rollovers_total"),
    field("PCIE_COUNT_TX_BYTES", 987, 987, "pcie_transmitted_bytes_total"),
    field("PCIE_COUNT_RX_BYTES", 986, 986, "pcie_received_bytes_total"),
    key("fabric.status", 999, 999, "fabric_error_code"),
    *of_links(),
    *of_throttling(),
    *of_pcie(),
)
ALSO_SET = {"fans": 2, "sram.0": 30, "sram.1": 4, "sram.3": 50, "sram.4": 6, "throttle": 0x80,
            "fabric.cluster": 0xCAFE, "fabric.clique": 7, "fabric.health": 0x26A}  # fmt: skip
REASONS = ("gpu_idle", "applications_clocks", "sw_power_cap", "hw_slowdown", "sync_boost",
           "sw_thermal_slowdown", "hw_thermal_slowdown", "hw_power_brake",
           "display_clocks")  # fmt: skip
ACTIONS = ("none", "gpu_reset", "node_reboot", "drain_p2p", "drain_and_reset",
           "recover_imex_domain", "bus_reset", "system_reboot")  # fmt: skip
ALSO_READ: Readings = {
    ("ecc_errors_total", ("uncorrected", "sram")): 34,
    ("ecc_volatile_errors_total", ("uncorrected", "sram")): 56,
    ("memory_free_bytes", ()): 56 * GIB,
    **{("throttle_reason", (reason,)): float(reason == "hw_power_brake") for reason in REASONS},
    **{("recovery_action", (action,)): float(action == "node_reboot") for action in ACTIONS},
    **{
        ("fabric_state", (state,)): float(state == "completed")
        for state in ("not_supported", "not_started", "in_progress", "completed")
    },
    ("fabric_suffers", ("bandwidth_degraded",)): 0,
    ("fabric_suffers", ("route_recovering",)): 0,
    ("fabric_suffers", ("route_unhealthy",)): 0,
    ("fabric_suffers", ("access_timeout_recovering",)): 1,
    ("fabric_suffers", ("misconfigured",)): 1,
    ("fabric_info", ("0000000000000000000000000000cafe", "7")): 1,
    ("mig_enabled", ()): 0,
    ("firmware_info", ("96.00.89.00.01", "G520.0200.00.05", "692-2G520-0200-000")): 1,
    ("persistence_mode", ()): 1,
}


def read(driver: NvmlDriver) -> Readings:
    return driver.gpus()[GPU].read(lambda call: None, in_full=True)


def test_every_reading_is_the_number_that_was_set_in_its_base_unit(
    library: NvmlLibrary, driver: NvmlDriver
) -> None:
    for name, number, _, _ in TABLE:
        library.set(name, number, gpu=GPU)
    for name, number in ALSO_SET.items():
        library.set(name, number, gpu=GPU)
    expected = {**{series: reading for _, _, series, reading in TABLE}, **ALSO_READ}
    found = read(driver)
    assert found.keys() == expected.keys()
    assert found == pytest.approx(expected)


def test_the_table_has_every_row(library: NvmlLibrary) -> None:
    told = {series[0] for _, _, series, _ in TABLE} | {name for name, _ in ALSO_READ}
    of_mig = {"mig_instance_info", "mig_memory_used_bytes", "mig_memory_total_bytes"}
    assert told | of_mig == {row.name for each in DEFAULT for row in each.rows}


def test_activity_is_read_where_it_is_asked_for(library: NvmlLibrary) -> None:
    driver = NvmlDriver(ALL)
    activity = next(each for each in ALL if each.is_optional)
    percents = {1: 91, 2: 82, 3: 73, 5: 64, 10: 55, 11: 46, 12: 37, 13: 0}
    mebibytes = {20: 700, 21: 800, 61: 900, 60: 1000}
    for number, value in {**percents, **mebibytes}.items():
        library.set(f"gpm.{number}", value * 1000, gpu=GPU)
    names = {row.name for row in activity.rows}
    assert not names & {name for name, _ in read(driver)}, "the first look has none before it"
    library.set("latency.nvmlGpmSampleGet", 10)
    found = {name: value for (name, _), value in read(driver).items() if name in names}
    assert found == pytest.approx(
        {
            "graphics_activity_ratio": 0.91,
            "sm_activity_ratio": 0.82,
            "sm_occupancy_ratio": 0.73,
            "tensor_activity_ratio": 0.64,
            "dram_activity_ratio": 0.55,
            "fp64_activity_ratio": 0.46,
            "fp32_activity_ratio": 0.37,
            "fp16_activity_ratio": 0.0,
            "pcie_transmit_bytes_per_second": 700 * MIB,
            "pcie_receive_bytes_per_second": 800 * MIB,
            "nvlink_transmit_bytes_per_second": 900 * MIB,
            "nvlink_receive_bytes_per_second": 1000 * MIB,
        }
    )
    driver.close()
