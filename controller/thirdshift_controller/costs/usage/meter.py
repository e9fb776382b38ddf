"""What the last poll of a node left behind, and what the next one sees. No arithmetic here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from pydantic import TypeAdapter

from thirdshift_agent.wire import GpuReading, Snapshot
from thirdshift_controller.costs.usage.records import Holdings
from thirdshift_controller.costs.usage.spans import Span

HOST_WATTS = 2_000.0
"""What an 8-GPU node draws beside its GPUs. Of 8xH100 nodes 7.75 kW busy and 2.6 kW idle are known,
of which 8 x 700 W and 8 x 75 W are the GPUs': 2.15 kW and 2.0 kW are left."""


@dataclass(frozen=True, slots=True)
class Nameplate:
    """What a node is, whatever it does."""

    node: str
    gpus_installed: int
    host_watts: float = HOST_WATTS
    """Assumed where no BMC is read."""


@dataclass(frozen=True, slots=True)
class WallLook:
    """One power reading of a node's BMC."""

    taken_at: datetime
    until_at: datetime
    """It stands for the power until then, if no later look comes before."""
    watts: float
    """Of the whole node; 0 where it is off."""


@dataclass(frozen=True, slots=True)
class Poll:
    """What is known of a node at one instant."""

    at: datetime
    snapshot: Snapshot | None
    """`None` where the node did not answer, or has its driver released."""
    out_slots: frozenset[int] = frozenset()
    """Slots that a repair keeps from work."""
    held: Holdings | None = None
    """`None` where no scheduler was read lately, or does not know the node."""
    look: WallLook | None = None
    """The latest, however old."""

    @property
    def gpus(self) -> tuple[GpuReading, ...]:
        """What answered."""
        return self.snapshot.gpus if self.snapshot else ()


@dataclass(frozen=True, slots=True)
class GpuMeter:
    """One card's counters when it was last heard; its energy is booked up to then."""

    read_at: datetime
    energy_joules_total: float | None
    power_watts: float | None


@dataclass(frozen=True, slots=True)
class Meter:
    """What the last poll of a node left behind."""

    polled_at: datetime
    at_work: Mapping[int, float]
    """Utilisation ratio by slot, of the GPUs that were available."""
    gpus: Mapping[str, GpuMeter]
    """By UUID, so that a card that was swapped starts anew."""
    held: Holdings | None = None
    look: WallLook | None = None
    unmetered: tuple[Span, ...] = ()
    """Since the GPUs were read: when no BMC showed the node's power, oldest first."""

    def to_json(self) -> dict[str, object]:
        """As a plain object for a JSON column."""
        plain: dict[str, object] = _METER.dump_python(self, mode="json")
        return plain

    @classmethod
    def from_json(cls, plain: Mapping[str, object]) -> Meter:
        """Back from `to_json`."""
        return _METER.validate_python(plain)


_METER = TypeAdapter(Meter)
