"""DCGM's names, and which readings serve each of them in which unit.

Units and meanings are those of DCGM's field list and of what its exporter really writes. A name
that no reading serves is not here: it would have to say 0.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from thirdshift_agent.collectors.gpu import recovery
from thirdshift_agent.collectors.gpu.nvlink import LINKS
from thirdshift_agent.collectors.gpu.throttle import ThrottleReason
from thirdshift_agent.collectors.row import Readings, Series

PREFIX = "DCGM_FI_"
_DECIMALS = 6
"""Of a gauge; what a factor adds beyond is the noise of binary fractions. Counters are whole."""

_MHZ, _MIB, _PER_CENT, _MILLI, _NANO = 1e-6, 1 / 1024**2, 100.0, 1e3, 1e9
_KIB_BY_THOUSANDS = 1 / 1024 / 1000
"""DCGM divides KiB by 1,000 and calls it MB."""


@dataclass(frozen=True, slots=True)
class DcgmName:
    """One name. Its value is the sum of the readings that there are, each times its factor."""

    name: str
    help: str
    parts: Mapping[Series, float]
    is_counter: bool = False

    def value(self, readings: Readings) -> float | None:
        """In DCGM's unit; None where there is no reading."""
        found = [readings[part] * factor for part, factor in self.parts.items() if part in readings]
        return round(sum(found), 0 if self.is_counter else _DECIMALS) if found else None


def _gauge(
    name: str,
    help: str,  # noqa: A002 - Prometheus' word
    row: str,
    factor: float = 1.0,
    label: str | None = None,
) -> DcgmName:
    return DcgmName(PREFIX + name, help, {_series(row, label): factor})


def _counter(
    name: str,
    help: str,  # noqa: A002 - Prometheus' word
    row: str,
    factor: float = 1.0,
    label: str | None = None,
) -> DcgmName:
    return DcgmName(PREFIX + name, help, {_series(row, label): factor}, is_counter=True)


def _errors(name: str, help: str, row: str, severity: str, *locations: str) -> DcgmName:  # noqa: A002
    parts: dict[Series, float] = {(row, (severity, at)): 1.0 for at in locations}
    return DcgmName(PREFIX + name, help, parts, is_counter=True)


def _link_errors(name: str, help: str, error: str) -> DcgmName:  # noqa: A002
    parts: dict[Series, float] = {
        ("nvlink_errors_total", (str(link), error)): 1.0 for link in range(LINKS)
    }
    return DcgmName(PREFIX + name, help, parts, is_counter=True)


def _series(row: str, label: str | None) -> Series:
    return row, () if label is None else (label,)


def _reasons(name: str) -> DcgmName:
    bits: dict[Series, float] = {
        ("throttle_reason", (reason.value,)): 2.0**place
        for place, reason in enumerate(ThrottleReason)
    }
    return DcgmName(PREFIX + name, "What holds the clocks back now, as NVML's bits.", bits)


_CLOCKS = (
    _gauge("DEV_SM_CLOCK", "Clock of the compute units in MHz.", "sm_clock_hertz", _MHZ),
    _gauge("DEV_MEM_CLOCK", "Clock of the memory in MHz.", "memory_clock_hertz", _MHZ),
    _gauge("DEV_VIDEO_CLOCK", "Clock of the video engines in MHz.", "video_clock_hertz", _MHZ),
    _gauge(
        "DEV_MAX_SM_CLOCK",
        "Highest clock of the compute units in MHz.",
        "sm_clock_max_hertz",
        _MHZ,
    ),
    _gauge(
        "DEV_MAX_MEM_CLOCK", "Highest clock of the memory in MHz.", "memory_clock_max_hertz", _MHZ
    ),
    _gauge("DEV_PSTATE", "Performance state, from 0, the fastest.", "performance_state"),
    _reasons("DEV_CLOCK_THROTTLE_REASONS"),
    _reasons("DEV_CLOCKS_EVENT_REASONS"),
)

_THRESHOLD = "temperature_threshold_celsius"
_HEAT = (
    _gauge("DEV_GPU_TEMP", "Temperature of the chip in °C.", "temperature_celsius"),
    _gauge("DEV_MEMORY_TEMP", "Temperature of the memory in °C.", "memory_temperature_celsius"),
    _gauge(
        "DEV_GPU_TEMP_LIMIT", "Degrees left to the thermal limit.", "temperature_margin_celsius"
    ),
    _gauge("DEV_SLOWDOWN_TEMP", "°C that slow the chip down.", _THRESHOLD, label="slowdown"),
    _gauge("DEV_SHUTDOWN_TEMP", "°C that switch the chip off.", _THRESHOLD, label="shutdown"),
    _gauge("DEV_GPU_MAX_OP_TEMP", "Highest °C to run the chip at.", _THRESHOLD, label="gpu_max"),
    _gauge(
        "DEV_MEM_MAX_OP_TEMP", "Highest °C to run the memory at.", _THRESHOLD, label="memory_max"
    ),
    _gauge("DEV_FAN_SPEED", "Speed of the first fan in %.", "fan_speed_ratio", _PER_CENT, "0"),
)

_BOUND = "power_limit_bound_watts"
_POWER = (
    _gauge("DEV_POWER_USAGE", "Power drawn in W, mean of a second.", "power_watts"),
    _gauge("DEV_POWER_USAGE_INSTANT", "Power drawn in W at this instant.", "power_instant_watts"),
    _counter(
        "DEV_TOTAL_ENERGY_CONSUMPTION",
        "Energy drawn in mJ since the driver was loaded.",
        "energy_joules_total",
        _MILLI,
    ),
    _gauge("DEV_ENFORCED_POWER_LIMIT", "Power limit in force in W.", "power_limit_watts"),
    _gauge("DEV_POWER_MGMT_LIMIT", "Power limit asked for in W.", _BOUND, label="requested"),
    _gauge("DEV_POWER_MGMT_LIMIT_MIN", "Lowest power limit in W.", _BOUND, label="min"),
    _gauge("DEV_POWER_MGMT_LIMIT_MAX", "Highest power limit in W.", _BOUND, label="max"),
    _gauge("DEV_POWER_MGMT_LIMIT_DEF", "Power limit by default in W.", _BOUND, label="default"),
)

_HELD = "throttle_seconds_total"
_VIOLATIONS = (
    _counter("DEV_POWER_VIOLATION", "ns held back by power.", _HELD, _NANO, "sw_power_cap"),
    _counter("DEV_THERMAL_VIOLATION", "ns held back by heat.", _HELD, _NANO, "thermal"),
    _counter("DEV_SYNC_BOOST_VIOLATION", "ns held back by sync boost.", _HELD, _NANO, "sync_boost"),
    _counter(
        "DEV_BOARD_LIMIT_VIOLATION", "ns held back by the board.", _HELD, _NANO, "board_limit"
    ),
    _counter(
        "DEV_LOW_UTIL_VIOLATION", "ns held back for want of work.", _HELD, _NANO, "low_utilisation"
    ),
    _counter(
        "DEV_RELIABILITY_VIOLATION", "ns held back by its voltage.", _HELD, _NANO, "reliability"
    ),
)

_WORK = (
    _gauge("DEV_GPU_UTIL", "Time that a kernel ran, in %.", "utilisation_ratio", _PER_CENT),
    _gauge(
        "DEV_MEM_COPY_UTIL",
        "Time that the memory was read or written, in %.",
        "memory_utilisation_ratio",
        _PER_CENT,
    ),
    _gauge(
        "DEV_ENC_UTIL",
        "Time that the video encoders worked, in %.",
        "encoder_utilisation_ratio",
        _PER_CENT,
    ),
    _gauge(
        "DEV_DEC_UTIL",
        "Time that the video decoders worked, in %.",
        "decoder_utilisation_ratio",
        _PER_CENT,
    ),
)

_MEMORY = (
    _gauge("DEV_FB_TOTAL", "Memory on the card in MiB.", "memory_total_bytes", _MIB),
    _gauge("DEV_FB_FREE", "Memory that is free in MiB.", "memory_free_bytes", _MIB),
    _gauge("DEV_FB_USED", "Memory allocated in MiB.", "memory_used_bytes", _MIB),
    _gauge(
        "DEV_FB_RESERVED", "Memory that the driver keeps, in MiB.", "memory_reserved_bytes", _MIB
    ),
    _gauge("DEV_BAR1_TOTAL", "Memory that PCIe can map, in MiB.", "bar1_total_bytes", _MIB),
    _gauge("DEV_BAR1_USED", "Memory that PCIe maps, in MiB.", "bar1_used_bytes", _MIB),
)

_EVER, _LOADED = "ecc_errors_total", "ecc_volatile_errors_total"
_ALL, _CORRECTED, _UNCORRECTED = ("dram", "sram"), "corrected", "uncorrected"
_ECC = (
    _gauge("DEV_ECC_CURRENT", "Whether memory errors are looked for.", "ecc_enabled"),
    _errors("DEV_ECC_SBE_VOL_TOTAL", "Corrected, driver's life.", _LOADED, _CORRECTED, *_ALL),
    _errors("DEV_ECC_DBE_VOL_TOTAL", "Uncorrected, driver's life.", _LOADED, _UNCORRECTED, *_ALL),
    _errors("DEV_ECC_SBE_AGG_TOTAL", "Corrected, card's life.", _EVER, _CORRECTED, *_ALL),
    _errors("DEV_ECC_DBE_AGG_TOTAL", "Uncorrected, card's life.", _EVER, _UNCORRECTED, *_ALL),
    _errors(
        "DEV_ECC_SBE_VOL_DEV", "Corrected in DRAM, driver's life.", _LOADED, _CORRECTED, "dram"
    ),
    _errors(
        "DEV_ECC_DBE_VOL_DEV", "Uncorrected in DRAM, driver's life.", _LOADED, _UNCORRECTED, "dram"
    ),
    _errors("DEV_ECC_SBE_AGG_DEV", "Corrected in DRAM, card's life.", _EVER, _CORRECTED, "dram"),
    _errors(
        "DEV_ECC_DBE_AGG_DEV", "Uncorrected in DRAM, card's life.", _EVER, _UNCORRECTED, "dram"
    ),
)

_SPARES = (
    _counter(
        "DEV_RETIRED_SBE", "Pages retired, single bit.", "retired_pages_total", 1, "single_bit"
    ),
    _counter(
        "DEV_RETIRED_DBE", "Pages retired, double bit.", "retired_pages_total", 1, "double_bit"
    ),
    _counter("DEV_RETIRED_PENDING", "Whether a page waits for it.", "retired_pages_pending"),
    _counter(
        "DEV_UNCORRECTABLE_REMAPPED_ROWS",
        "Rows remapped for uncorrectable errors.",
        "remapped_rows_total",
        label="uncorrectable",
    ),
    _counter(
        "DEV_CORRECTABLE_REMAPPED_ROWS",
        "Rows remapped for correctable errors.",
        "remapped_rows_total",
        label="correctable",
    ),
    _gauge("DEV_ROW_REMAP_FAILURE", "Whether a row could not be remapped.", "remap_failed"),
    _gauge("DEV_ROW_REMAP_PENDING", "Whether a row waits for a reset.", "remap_pending"),
    *(
        _gauge(
            f"DEV_BANKS_REMAP_ROWS_AVAIL_{word.upper()}",
            f"Banks of memory whose spare rows are at: {word}.",
            "remap_banks",
            label=word,
        )
        for word in ("max", "high", "partial", "low", "none")
    ),
)

_LINKS = (
    _counter("DEV_PCIE_REPLAY_COUNTER", "Packets sent again over PCIe.", "pcie_replays_total"),
    _gauge("DEV_PCIE_LINK_GEN", "PCIe generation in use.", "pcie_generation"),
    _gauge("DEV_PCIE_LINK_WIDTH", "PCIe lanes in use.", "pcie_width"),
    _gauge("DEV_PCIE_MAX_LINK_GEN", "Highest PCIe generation possible.", "pcie_generation_max"),
    _gauge("DEV_PCIE_MAX_LINK_WIDTH", "PCIe lanes that there are.", "pcie_width_max"),
    _link_errors("DEV_NVLINK_CRC_FLIT_ERROR_COUNT_TOTAL", "Checksum errors of all links.", "crc"),
    _link_errors("DEV_NVLINK_REPLAY_ERROR_COUNT_TOTAL", "Replays of all links.", "replay"),
    _link_errors("DEV_NVLINK_RECOVERY_ERROR_COUNT_TOTAL", "Recoveries of all links.", "recovery"),
    # the exporter's list calls it a counter; what DCGM gives is a rate
    DcgmName(
        f"{PREFIX}DEV_NVLINK_BANDWIDTH_TOTAL",
        "Sent and received over all links, in MB/s as DCGM counts them.",
        {
            ("nvlink_transmit_bytes_per_second", ()): _KIB_BY_THOUSANDS,
            ("nvlink_receive_bytes_per_second", ()): _KIB_BY_THOUSANDS,
        },
    ),
)

_STATE = (
    _gauge("DEV_PERSISTENCE_MODE", "Whether the driver stays.", "persistence_mode"),
    _gauge("DEV_MIG_MODE", "Whether the GPU is cut into instances.", "mig_enabled"),
    _gauge("DEV_GET_GPU_RECOVERY_ACTION", "What the GPU asks for.", recovery.CODE),
)

_ACTIVITY = (
    _gauge("PROF_GR_ENGINE_ACTIVE", "Share of time at work.", "graphics_activity_ratio"),
    _gauge("PROF_SM_ACTIVE", "Share of compute units at work.", "sm_activity_ratio"),
    _gauge("PROF_SM_OCCUPANCY", "Share of warps that were resident.", "sm_occupancy_ratio"),
    _gauge("PROF_PIPE_TENSOR_ACTIVE", "Tensor cores' share of time.", "tensor_activity_ratio"),
    _gauge("PROF_DRAM_ACTIVE", "Share of the memory's bandwidth.", "dram_activity_ratio"),
    _gauge("PROF_PIPE_FP64_ACTIVE", "FP64 pipes' share of time.", "fp64_activity_ratio"),
    _gauge("PROF_PIPE_FP32_ACTIVE", "FP32 pipes' share of time.", "fp32_activity_ratio"),
    _gauge("PROF_PIPE_FP16_ACTIVE", "FP16 pipes' share of time.", "fp16_activity_ratio"),
    _gauge("PROF_PCIE_TX_BYTES", "Bytes/s sent over PCIe.", "pcie_transmit_bytes_per_second"),
    _gauge("PROF_PCIE_RX_BYTES", "Bytes/s received over PCIe.", "pcie_receive_bytes_per_second"),
    _gauge("PROF_NVLINK_TX_BYTES", "Bytes/s sent, NVLink.", "nvlink_transmit_bytes_per_second"),
    _gauge("PROF_NVLINK_RX_BYTES", "Bytes/s received, NVLink.", "nvlink_receive_bytes_per_second"),
)
"""From `--activity` alone."""

NAMES: tuple[DcgmName, ...] = (
    *_CLOCKS,
    *_HEAT,
    *_POWER,
    *_VIOLATIONS,
    *_WORK,
    *_MEMORY,
    *_ECC,
    *_SPARES,
    *_LINKS,
    *_STATE,
    *_ACTIVITY,
)
"""All but the last XID, which is no reading."""
