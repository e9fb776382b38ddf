"""How busy the parts of a chip are, as its own counters tell (GPM: Hopper and later). Opt-in."""

from __future__ import annotations

from thirdshift_agent.collectors.gpu.source import Activity, GpuCollector, gauge

_PER_CENT, _MEBI = 1e-2, 1024.0**2


COLLECTOR = GpuCollector(
    "activity",
    (
        gauge(
            "graphics_activity_ratio",
            "Share of time that any part of the compute engine worked.",
            Activity(1, _PER_CENT),
        ),
        gauge(
            "sm_activity_ratio",
            "Share of compute units at work, over time.",
            Activity(2, _PER_CENT),
        ),
        gauge(
            "sm_occupancy_ratio",
            "Share of the warps that could be resident that were.",
            Activity(3, _PER_CENT),
        ),
        gauge(
            "tensor_activity_ratio",
            "Share of time that the tensor cores worked.",
            Activity(5, _PER_CENT),
        ),
        gauge(
            "dram_activity_ratio",
            "Share of the memory's bandwidth that was used.",
            Activity(10, _PER_CENT),
        ),
        gauge("fp64_activity_ratio", "Share of time of the FP64 pipes.", Activity(11, _PER_CENT)),
        gauge("fp32_activity_ratio", "Share of time of the FP32 pipes.", Activity(12, _PER_CENT)),
        gauge("fp16_activity_ratio", "Share of time of the FP16 pipes.", Activity(13, _PER_CENT)),
        gauge(
            "pcie_transmit_bytes_per_second",
            "Bytes that the card sent over PCIe.",
            Activity(20, _MEBI),
        ),
        gauge(
            "pcie_receive_bytes_per_second",
            "Bytes that the card received over PCIe.",
            Activity(21, _MEBI),
        ),
        gauge(
            "nvlink_transmit_bytes_per_second",
            "Bytes sent over all NVLinks.",
            Activity(61, _MEBI),
        ),
        gauge(
            "nvlink_receive_bytes_per_second",
            "Bytes received over all NVLinks.",
            Activity(60, _MEBI),
        ),
    ),
    is_optional=True,
)
