"""An agent's instants on the controller's clock. Pure.

A node's clock may be hours off. What matters is how long ago something was, and that the agent
knows: the report says what its clock showed when it answered.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from thirdshift_agent.wire import GpuReading, Report, Snapshot

TOLERATED_SECONDS = 5.0
"""Of the wall: the way of an answer, and what two good clocks differ by."""


def on_our_clock(report: Report, received_at: datetime, speed: float) -> Report:
    """Move every instant by what the two clocks differ, if that is more than is tolerated."""
    ahead = report.sent_at - received_at
    if abs(ahead) <= timedelta(seconds=TOLERATED_SECONDS * speed):
        return report
    signals = tuple(replace(signal, at=signal.at - ahead) for signal in report.signals)
    return replace(report, snapshot=_moved(report.snapshot, ahead), signals=signals)


def _moved(snapshot: Snapshot, ahead: timedelta) -> Snapshot:
    direction = "ahead of" if ahead > timedelta() else "behind"
    seconds = abs(ahead).total_seconds()
    problem = f"the node's clock is {seconds:.0f} s {direction} the controller's; mend its NTP"
    released = snapshot.released
    return replace(
        snapshot,
        taken_at=snapshot.taken_at - ahead,
        gpus=tuple(_seen(gpu, ahead) for gpu in snapshot.gpus),
        released=released and replace(released, until_at=released.until_at - ahead),
        problems=(*snapshot.problems, problem),
    )


def _seen(gpu: GpuReading, ahead: timedelta) -> GpuReading:
    return replace(gpu, seen_at=gpu.seen_at - ahead) if gpu.seen_at else gpu
