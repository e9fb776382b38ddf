"""What 36 months of 1,024 H100 in Toronto cost by the published calculation, in millions of USD."""

from __future__ import annotations

from decimal import Decimal

from thirdshift_controller.costs.posting import Line

LAST_DIGIT = Decimal("0.0005")
"""Half of what the published figures are rounded to."""
PUBLISHED = {
    Line.GPU_CARDS: "30.720",
    Line.NODES: "8.960",
    Line.SWITCHES: "1.728",
    Line.OPTICS: "2.621",
    Line.STORAGE: "0.810",
    Line.RACKS: "1.530",
    Line.SPARES: "0.794",
    Line.INSTALL: "0.696",
    Line.COLO: "7.644",
    Line.ELECTRICITY: "2.910",
    Line.TECHNICIANS: "0.934",
    Line.ENGINEERS: "1.080",
    Line.SUPPORT: "2.381",
    Line.SOFTWARE: "0.180",
    Line.TRANSIT: "0.360",
    Line.INSURANCE: "0.718",
}
