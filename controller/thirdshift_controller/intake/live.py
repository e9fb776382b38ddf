"""What every node showed last. Kept in memory: the next sweep fills it again after a restart."""

from __future__ import annotations

from dataclasses import dataclass, field

from thirdshift_agent.wire import GpuReading, Snapshot


@dataclass
class Live:
    """The latest snapshot of each node. Assignment of one entry is atomic, so no lock is needed."""

    snapshots: dict[str, Snapshot] = field(default_factory=dict)

    def snapshot(self, node: str) -> Snapshot | None:
        """The latest snapshot of a node; `None` before its first."""
        return self.snapshots.get(node)

    def reading(self, node: str, slot: int) -> GpuReading | None:
        """The latest reading of a slot."""
        snapshot = self.snapshots.get(node)
        gpus = snapshot.gpus if snapshot else ()
        return next((gpu for gpu in gpus if gpu.identity.slot == slot), None)
