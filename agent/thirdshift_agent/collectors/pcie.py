"""The PCIe link to a GPU: what it is and what it could be."""

from __future__ import annotations

from thirdshift_agent.collectors.table import Gauge

ROWS = (
    Gauge(
        "pcie_generation",
        "Generation that the link runs at; idle cards slow down.",
        lambda gpu: gpu.pcie_generation,
    ),
    Gauge(
        "pcie_generation_max",
        "Highest generation that card and board can do.",
        lambda gpu: gpu.pcie_generation_max,
    ),
    Gauge("pcie_width", "Lanes in use.", lambda gpu: gpu.pcie_width),
    Gauge("pcie_width_max", "Lanes that card and board have.", lambda gpu: gpu.pcie_width_max),
)
