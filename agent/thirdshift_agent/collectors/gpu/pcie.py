"""The PCIe link to a GPU: what it is, what it could be, and what went wrong on it."""

from __future__ import annotations

from thirdshift_agent.collectors.gpu.source import Call, Field, GpuCollector, family, gauge

_ERRORS = {
    "correctable": 173,
    "naks_received": 174,
    "receiver": 175,
    "bad_tlp": 176,
    "naks_sent": 177,
    "bad_dllp": 178,
    "non_fatal": 179,
    "fatal": 180,
    "unsupported_request": 181,
    "lcrc": 182,
    "lane": 183,
}

COLLECTOR = GpuCollector(
    "pcie",
    (
        gauge(
            "pcie_generation",
            "Generation that the link runs at; idle cards slow down.",
            Call("nvmlDeviceGetCurrPcieLinkGeneration"),
        ),
        gauge("pcie_width", "Lanes in use.", Call("nvmlDeviceGetCurrPcieLinkWidth")),
        gauge(
            "pcie_replays_total",
            "Packets sent again over PCIe.",
            Field(94),
            Call("nvmlDeviceGetPcieReplayCounter"),
        ),
    ),
)

DETAIL = GpuCollector(
    "pcie_detail",
    (
        gauge(
            "pcie_generation_max",
            "Highest generation that card and board can do.",
            Call("nvmlDeviceGetMaxPcieLinkGeneration"),
        ),
        gauge(
            "pcie_width_max",
            "Lanes that card and board have.",
            Call("nvmlDeviceGetMaxPcieLinkWidth"),
        ),
        gauge("pcie_replay_rollovers_total", "Times that replaying gave up.", Field(95)),
        family(
            "pcie_errors_total",
            "Errors that the card counted on its link.",
            ("error",),
            {(name,): Field(number) for name, number in _ERRORS.items()},
        ),
        gauge("pcie_transmitted_bytes_total", "Bytes that the card sent.", Field(197)),
        gauge("pcie_received_bytes_total", "Bytes that the card received.", Field(198)),
    ),
    is_slow=True,
)
