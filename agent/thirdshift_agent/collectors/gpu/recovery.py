"""What a GPU itself asks for."""

from __future__ import annotations

from thirdshift_agent.collectors.gpu.source import Field, GpuCollector, GpuRow, Pick, gauge
from thirdshift_agent.wire import RecoveryAction

ACTION, CODE = "recovery_action", "recovery_action_code"
_FIELD = 230


def _is(number: int) -> Pick:
    return lambda told: float(told == number)


COLLECTOR = GpuCollector(
    "recovery",
    (
        GpuRow(
            ACTION,
            "Whether the GPU asks for this action now.",
            ("action",),
            {
                (action.value,): (Field(_FIELD, pick=_is(number)),)
                for number, action in enumerate(RecoveryAction)
            },
        ),
        gauge(CODE, "The driver's number of what the GPU asks for; 0 is nothing.", Field(_FIELD)),
    ),
)
