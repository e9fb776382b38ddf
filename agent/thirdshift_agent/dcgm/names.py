"""DCGM's names, and which readings serve each of them in which unit.

Units and meanings are those of DCGM's field list and of what its exporter really writes. A name
that no reading serves is not here: it would have to say 0.
"""

from __future__ import annotations

from thirdshift_agent.collectors.gpu import recovery
from thirdshift_agent.collectors.gpu.nvlink import LINKS
from thirdshift_agent.collectors.gpu.throttle import ThrottleReason
from thirdshift_agent.dcgm.name import PREFIX, DcgmName, counter, gauge

_MHZ, _MIB, _PER_CENT, _MILLI, _NANO = 1e-6, 1 / 1024**2, 100.0, 1e3, 1e9
_KIB_BY_THOUSANDS = 1 / 1024 / 1000
"""DCGM divides KiB by 1,000 and calls it MB."""

_CLOCKS = (
    gauge("DEV_SM_CLOCK", "Clock of the compute units in MHz.", "sm_clock_hertz", _MHZ),
    gauge("DEV_MEM_CLOCK", "Clock of the memory in MHz.", "memory_clock_hertz", _MHZ),
    gauge("DEV_VIDEO_CLOCK", "Clock of the video engines in MHz.", "video_clock_hertz", _MHZ),
    gauge(
        "DEV_MAX_SM_CLOCK",
        "Highest clock of the compute units in MHz.",
        "sm_clock_max_hertz",
        _MHZ,
    ),
    gauge(
        "DEV_MAX_MEM_CLOCK", "Highest clock of the memory in MHz.", "memory_clock_max_hertz", _MHZ
    ),
    gauge("DEV_PSTATE", "Performance state, from 0, the fastest.", "performance_state"),
    *(
        DcgmName(
            f"{PREFIX}DEV_{name}",
            "What holds the clocks back now, as NVML's bits.",
            {
                ("throttle_reason", (reason.value,)): 2.0**place
                for place, reason in enumerate(ThrottleReason)
            },
        )
        for name in ("CLOCK_THROTTLE_REASONS", "CLOCKS_EVENT_REASONS")
    ),
)

_THRESHOLD = "temperature_threshold_celsius"
_HEAT = (
    gauge("DEV_GPU_TEMP", "Temperature of the chip in °C.", "temperature_celsius"),
    gauge("DEV_MEMORY_TEMP", "Temperature of the memory in °C.", "memory_temperature_celsius"),
    gauge("DEV_GPU_TEMP_LIMIT", "Degrees left to the thermal limit.", "temperature_margin_celsius"),
    gauge("DEV_SLOWDOWN_TEMP", "°C that slow the chip down.", _THRESHOLD, label="slowdown"),
    gauge("DEV_SHUTDOWN_TEMP", "°C that switch the chip off.", _THRESHOLD, label="shutdown"),
    gauge("DEV_GPU_MAX_OP_TEMP", "Highest °C to run the chip at.", _THRESHOLD, label="gpu_max"),
    gauge(
        "DEV_MEM_MAX_OP_TEMP", "Highest °C to run the memory at.", _THRESHOLD, label="memory_max"
    ),
    gauge("DEV_FAN_SPEED", "Speed of the first fan in %.", "fan_speed_ratio", _PER_CENT, "0"),
)

_BOUND = "power_limit_bound_watts"
_POWER = (
    gauge("DEV_POWER_USAGE", "Power drawn in W, mean of a second.", "power_watts"),
    gauge("DEV_POWER_USAGE_INSTANT", "Power drawn in W at this instant.", "power_instant_watts"),
    counter(
        "DEV_TOTAL_ENERGY_CONSUMPTION",
        "Energy drawn in mJ since the driver was loaded.",
        "energy_joules_total",
        _MILLI,
    ),
    gauge("DEV_ENFORCED_POWER_LIMIT", "Power limit in force in W.", "power_limit_watts"),
    gauge("DEV_POWER_MGMT_LIMIT", "Power limit asked for in W.", _BOUND, label="requested"),
    gauge("DEV_POWER_MGMT_LIMIT_MIN", "Lowest power limit in W.", _BOUND, label="min"),
    gauge("DEV_POWER_MGMT_LIMIT_MAX", "Highest power limit in W.", _BOUND, label="max"),
    gauge("DEV_POWER_MGMT_LIMIT_DEF", "Power limit by default in W.", _BOUND, label="default"),
)

_VIOLATIONS = tuple(
    counter(
        f"DEV_{name}_VIOLATION",
        f"Nanoseconds that the clocks were held back by {what}.",
        "throttle_seconds_total",
        _NANO,
        reason,
    )
    for name, reason, what in (
        ("POWER", "sw_power_cap", "the power limit"),
        ("THERMAL", "thermal", "heat"),
        ("SYNC_BOOST", "sync_boost", "another GPU of its sync boost group"),
        ("BOARD_LIMIT", "board_limit", "the board's limit"),
        ("LOW_UTIL", "low_utilisation", "want of work"),
        ("RELIABILITY", "reliability", "the limit of its voltage"),
    )
)

_WORK = (
    gauge("DEV_GPU_UTIL", "Time that a kernel ran, in %.", "utilisation_ratio", _PER_CENT),
    gauge(
        "DEV_MEM_COPY_UTIL",
        "Time that the memory was read or written, in %.",
        "memory_utilisation_ratio",
        _PER_CENT,
    ),
    gauge(
        "DEV_ENC_UTIL",
        "Time that the video encoders worked, in %.",
        "encoder_utilisation_ratio",
        _PER_CENT,
    ),
    gauge(
        "DEV_DEC_UTIL",
        "Time that the video decoders worked, in %.",
        "decoder_utilisation_ratio",
        _PER_CENT,
    ),
)

_MEMORY = (
    gauge("DEV_FB_TOTAL", "Memory on the card in MiB.", "memory_total_bytes", _MIB),
    gauge("DEV_FB_FREE", "Memory that is free in MiB.", "memory_free_bytes", _MIB),
    gauge("DEV_FB_USED", "Memory allocated in MiB.", "memory_used_bytes", _MIB),
    gauge(
        "DEV_FB_RESERVED", "Memory that the driver keeps, in MiB.", "memory_reserved_bytes", _MIB
    ),
    gauge("DEV_BAR1_TOTAL", "Memory that PCIe can map, in MiB.", "bar1_total_bytes", _MIB),
    gauge("DEV_BAR1_USED", "Memory that PCIe maps, in MiB.", "bar1_used_bytes", _MIB),
)

_ECC = (
    gauge("DEV_ECC_CURRENT", "Whether memory errors are looked for.", "ecc_enabled"),
    *(
        DcgmName(
            f"{PREFIX}DEV_ECC_{bits}_{span}_{where}",
            f"Errors {severity}, {when}, in {memory}.",
            {(row, (severity, location)): 1.0 for location in locations},
            is_counter=True,
        )
        for bits, severity in (("SBE", "corrected"), ("DBE", "uncorrected"))
        for span, row, when in (
            ("VOL", "ecc_volatile_errors_total", "since the driver was loaded"),
            ("AGG", "ecc_errors_total", "over the card's life"),
        )
        for where, memory, locations in (
            ("TOTAL", "all memories", ("dram", "sram")),
            ("DEV", "the DRAM", ("dram",)),
        )
    ),
)

_SPARES = (
    counter(
        "DEV_RETIRED_SBE", "Pages retired, single bit.", "retired_pages_total", 1, "single_bit"
    ),
    counter(
        "DEV_RETIRED_DBE", "Pages retired, double bit.", "retired_pages_total", 1, "double_bit"
    ),
    counter("DEV_RETIRED_PENDING", "Whether a page waits for it.", "retired_pages_pending"),
    counter(
        "DEV_UNCORRECTABLE_REMAPPED_ROWS",
        "Rows remapped for uncorrectable errors.",
        "remapped_rows_total",
        label="uncorrectable",
    ),
    counter(
        "DEV_CORRECTABLE_REMAPPED_ROWS",
        "Rows remapped for correctable errors.",
        "remapped_rows_total",
        label="correctable",
    ),
    gauge("DEV_ROW_REMAP_FAILURE", "Whether a row could not be remapped.", "remap_failed"),
    gauge("DEV_ROW_REMAP_PENDING", "Whether a row waits for a reset.", "remap_pending"),
    *(
        gauge(
            f"DEV_BANKS_REMAP_ROWS_AVAIL_{word.upper()}",
            f"Banks of memory whose spare rows are at: {word}.",
            "remap_banks",
            label=word,
        )
        for word in ("max", "high", "partial", "low", "none")
    ),
)

_LINKS = (
    counter("DEV_PCIE_REPLAY_COUNTER", "Packets sent again over PCIe.", "pcie_replays_total"),
    gauge("DEV_PCIE_LINK_GEN", "PCIe generation in use.", "pcie_generation"),
    gauge("DEV_PCIE_LINK_WIDTH", "PCIe lanes in use.", "pcie_width"),
    gauge("DEV_PCIE_MAX_LINK_GEN", "Highest PCIe generation possible.", "pcie_generation_max"),
    gauge("DEV_PCIE_MAX_LINK_WIDTH", "PCIe lanes that there are.", "pcie_width_max"),
    *(
        DcgmName(
            f"{PREFIX}DEV_NVLINK_{name}_ERROR_COUNT_TOTAL",
            f"{what} of all links.",
            {("nvlink_errors_total", (str(link), error)): 1.0 for link in range(LINKS)},
            is_counter=True,
        )
        for name, error, what in (
            ("CRC_FLIT", "crc", "Checksum errors"),
            ("REPLAY", "replay", "Replays"),
            ("RECOVERY", "recovery", "Recoveries"),
        )
    ),
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
    gauge("DEV_PERSISTENCE_MODE", "Whether the driver stays.", "persistence_mode"),
    gauge("DEV_MIG_MODE", "Whether the GPU is cut into instances.", "mig_enabled"),
    gauge("DEV_GET_GPU_RECOVERY_ACTION", "What the GPU asks for.", recovery.CODE),
)

_ACTIVITY = (
    gauge("PROF_GR_ENGINE_ACTIVE", "Share of time at work.", "graphics_activity_ratio"),
    gauge("PROF_SM_ACTIVE", "Share of compute units at work.", "sm_activity_ratio"),
    gauge("PROF_SM_OCCUPANCY", "Share of warps that were resident.", "sm_occupancy_ratio"),
    gauge("PROF_PIPE_TENSOR_ACTIVE", "Tensor cores' share of time.", "tensor_activity_ratio"),
    gauge("PROF_DRAM_ACTIVE", "Share of the memory's bandwidth.", "dram_activity_ratio"),
    gauge("PROF_PIPE_FP64_ACTIVE", "FP64 pipes' share of time.", "fp64_activity_ratio"),
    gauge("PROF_PIPE_FP32_ACTIVE", "FP32 pipes' share of time.", "fp32_activity_ratio"),
    gauge("PROF_PIPE_FP16_ACTIVE", "FP16 pipes' share of time.", "fp16_activity_ratio"),
    gauge("PROF_PCIE_TX_BYTES", "Bytes a second sent over PCIe.", "pcie_transmit_bytes_per_second"),
    gauge(
        "PROF_PCIE_RX_BYTES", "Bytes a second received over PCIe.", "pcie_receive_bytes_per_second"
    ),
    gauge(
        "PROF_NVLINK_TX_BYTES",
        "Bytes a second sent over NVLink.",
        "nvlink_transmit_bytes_per_second",
    ),
    gauge(
        "PROF_NVLINK_RX_BYTES",
        "Bytes a second received over NVLink.",
        "nvlink_receive_bytes_per_second",
    ),
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
