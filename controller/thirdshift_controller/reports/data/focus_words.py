"""FOCUS 1.2's words for what money goes to and how an amount comes about. Tables, no decisions.

FOCUS has no category for energy, halls or labour, so these are `Other`; `x_CostLine` tells them
apart.
"""

from __future__ import annotations

from typing import NamedTuple

from thirdshift_controller.costs.posting import Charge, Line


class Service(NamedTuple):
    """Where a line belongs."""

    category: str
    subcategory: str
    name: str


class ChargeWords(NamedTuple):
    """How a charge is told."""

    category: str
    frequency: str


_COMPUTE = ("Compute", "Other (Compute)")
_NETWORK = ("Networking", "Network Infrastructure")
_STORAGE = ("Storage", "Storage Platforms")
_SUPPORT = ("Management and Governance", "Support")
_GOVERNANCE = ("Management and Governance", "Other (Management and Governance)")
_OTHER = ("Other", "Other (Other)")

SERVICES = {
    Line.GPU_CARDS: Service(*_COMPUTE, "GPU cards"),
    Line.NODES: Service(*_COMPUTE, "Servers without cards"),
    Line.SWITCHES: Service(*_NETWORK, "Switches"),
    Line.OPTICS: Service(*_NETWORK, "Optics and cables"),
    Line.STORAGE: Service(*_STORAGE, "Storage"),
    Line.RACKS: Service(*_OTHER, "Racks and power distribution"),
    Line.SPARES: Service(*_COMPUTE, "Spares"),
    Line.INSTALL: Service(*_OTHER, "Installation"),
    Line.PLANT: Service(*_OTHER, "Power plant"),
    Line.COLO: Service(*_OTHER, "Hall"),
    Line.ELECTRICITY: Service(*_OTHER, "Electricity"),
    Line.TECHNICIANS: Service(*_OTHER, "Technicians"),
    Line.ENGINEERS: Service(*_OTHER, "Engineers"),
    Line.REMOTE_HANDS: Service(*_OTHER, "Remote hands"),
    Line.SUPPORT: Service(*_SUPPORT, "Hardware support"),
    Line.SOFTWARE: Service(*_GOVERNANCE, "Software"),
    Line.TRANSIT: Service("Networking", "Network Connectivity", "Transit"),
    Line.INSURANCE: Service(*_OTHER, "Insurance"),
    Line.DECOMMISSIONING: Service(*_OTHER, "Decommissioning"),
    Line.TAX: Service(*_OTHER, "Tax"),
}

CHARGES = {
    Charge.PURCHASE: ChargeWords("Purchase", "One-Time"),
    Charge.WEAR: ChargeWords("Usage", "Recurring"),
    Charge.CONTRACT: ChargeWords("Purchase", "Recurring"),
    Charge.METERED: ChargeWords("Usage", "Usage-Based"),
    Charge.TAX: ChargeWords("Tax", "Recurring"),
    Charge.CREDIT: ChargeWords("Credit", "One-Time"),
    Charge.TRUE_UP: ChargeWords("Usage", "Usage-Based"),
}

CORRECTION = "Correction"

CATEGORIES = frozenset({"Usage", "Purchase", "Tax", "Credit", "Adjustment"})
FREQUENCIES = frozenset({"One-Time", "Recurring", "Usage-Based"})
SERVICE_CATEGORIES = frozenset(
    {
        *("AI and Machine Learning", "Analytics", "Business Applications", "Compute"),
        *("Databases", "Developer Tools", "Identity", "Integration", "Internet of Things"),
        *("Management and Governance", "Media", "Migration", "Mobile", "Multicloud"),
        *("Networking", "Security", "Storage", "Web", "Other"),
    }
)
