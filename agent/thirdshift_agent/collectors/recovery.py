"""What a GPU itself asks for."""

from __future__ import annotations

from collections.abc import Iterable

from thirdshift_agent.collectors.table import Labelled, each_state
from thirdshift_agent.wire import GpuReading, RecoveryAction


def _action(gpu: GpuReading) -> Iterable[tuple[tuple[str, ...], float]]:
    if gpu.recovery_action is None:
        return ()
    return each_state(RecoveryAction, [gpu.recovery_action]).items()


ROWS = (
    Labelled(
        "recovery_action",
        "Whether the GPU asks for this action now.",
        ("action",),
        _action,
    ),
)
