"""What every node showed last, or why it shows nothing. The next sweep fills it after a restart."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field, replace

from thirdshift_agent.wire import GpuReading, Snapshot

log = logging.getLogger(__name__)
SILENT = "node:silent"


@dataclass(frozen=True, slots=True)
class Silence:
    """Why a node gave no report when it was asked last."""

    reason: str
    refused: bool = False
    """Its agent answers: what fails is between it and us, not the node."""

    @property
    def facts(self) -> dict[str, str]:
        """What the signal of it carries, so that the catalogue tells the two apart."""
        return {"refused": "yes"} if self.refused else {}


@dataclass
class Live:
    """The latest of each node. Assignment of one entry is atomic, so no lock is needed."""

    snapshots: dict[str, Snapshot] = field(default_factory=dict)
    silences: dict[str, Silence] = field(default_factory=dict)

    def show(self, node: str, snapshot: Snapshot) -> None:
        """Take in what a node shows; one that is released and began anew knows less than we do."""
        before = self.snapshots.get(node)
        if snapshot.released and before and not snapshot.gpus:
            snapshot = replace(snapshot, gpus=before.gpus, standing=before.standing)
        self.snapshots[node] = snapshot
        if self.silences.pop(node, None):
            log.info("agent answers again", extra={"node": node})

    def miss(self, node: str, silence: Silence) -> None:
        """Take in why it shows nothing; told once a reason, not once a sweep."""
        if self.silences.get(node) != silence:
            log.warning("agent unreachable", extra={"node": node, "reason": silence.reason})
        self.silences[node] = silence

    def problems(self, node: str) -> tuple[str, ...]:
        """What is wrong with what we see of a node, a sentence each."""
        silence, snapshot = self.silences.get(node), self.snapshots.get(node)
        unreachable = (f"no report from the agent: {silence.reason}",) if silence else ()
        return (*unreachable, *(snapshot.problems if snapshot else ()))

    def asked(self, node: str) -> bool:
        """Whether the node has been asked at all since the controller started."""
        return node in self.snapshots or node in self.silences

    @property
    def drivers(self) -> dict[str, str | None]:
        """The driver that each node was seen with."""
        return {name: shown.driver_version for name, shown in self.snapshots.copy().items()}

    def snapshot(self, node: str) -> Snapshot | None:
        """The latest snapshot of a node; `None` before its first."""
        return self.snapshots.get(node)

    def stands(self, node: str, slot: int | None, name: str) -> bool:
        """Whether the unit's agent says that what it told still is."""
        snapshot = self.snapshots.get(node)
        states = (snapshot.standing if snapshot else None) or ()
        return any(state.name == name and state.gpu_slot == slot for state in states)

    def reading(self, node: str, slot: int) -> GpuReading | None:
        """The latest reading of a slot."""
        snapshot = self.snapshots.get(node)
        gpus = snapshot.gpus if snapshot else ()
        return next((gpu for gpu in gpus if gpu.identity.slot == slot), None)
