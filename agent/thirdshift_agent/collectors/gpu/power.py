"""What a GPU draws, may draw and has drawn."""

from __future__ import annotations

from thirdshift_agent.collectors.gpu.source import (
    Call,
    Field,
    GpuCollector,
    family,
    gauge,
    unless_zero,
)

_MILLI = 1e-3


COLLECTOR = GpuCollector(
    "power",
    (
        # the older call gives a mean on most chips and an instant on a few
        gauge(
            "power_watts",
            "Power drawn, mean of the last second.",
            Field(185, _MILLI),
            Call("nvmlDeviceGetPowerUsage", scale=_MILLI),
        ),
        gauge("power_instant_watts", "Power drawn at this instant.", Field(186, _MILLI)),
        gauge(
            "power_limit_watts",
            "Power limit in force, after all limiters.",
            Field(190, _MILLI),
            Call("nvmlDeviceGetEnforcedPowerLimit", scale=_MILLI),
        ),
        # a counter that has not begun is not a reading: a card that answers draws power
        gauge(
            "energy_joules_total",
            "Energy drawn since the driver was loaded.",
            Field(83, _MILLI, unless_zero),
            Call("nvmlDeviceGetTotalEnergyConsumption", (), unless_zero, _MILLI),
        ),
    ),
)

LIMITS = GpuCollector(
    "power_limits",
    (
        family(
            "power_limit_bound_watts",
            "What the power limit can be set to, and what it is by default.",
            ("bound",),
            {
                ("min",): Field(187, _MILLI),
                ("max",): Field(188, _MILLI),
                ("default",): Field(189, _MILLI),
                ("requested",): Field(192, _MILLI),
            },
        ),
    ),
    is_slow=True,
)
