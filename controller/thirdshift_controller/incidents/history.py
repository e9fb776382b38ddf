"""Old news of a node that was just taken in charge: kept, but nobody is sent. Pure decisions."""

from __future__ import annotations

from datetime import datetime, timedelta

from thirdshift_agent.wire import GpuPresence, GpuReading, RecoveryAction


def is_history(
    at: datetime, known_since_at: datetime, reading: GpuReading | None, burst: timedelta
) -> bool:
    """Whether a signal from before our time is of a GPU that shows no trouble now.

    A kernel's log and an agent's journal reach back far beyond the day the controller came.
    """
    if reading is None or at >= known_since_at - burst:
        return False
    return not (
        reading.presence is not GpuPresence.PRESENT
        or reading.recovery_action not in (None, RecoveryAction.NONE)
        or reading.remap_pending
        or reading.remap_failed
    )
