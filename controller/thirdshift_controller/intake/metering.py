"""What else is known of a node at its poll: its power at the wall, and whose jobs hold its GPUs."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from thirdshift_agent.wire import Snapshot
from thirdshift_controller.costs.usage.meter import HOST_WATTS, Poll, WallLook
from thirdshift_controller.intake.bmc_live import BmcLive, BmcLook
from thirdshift_controller.intake.schedule_live import ScheduleLive

INTERVALS = 3
"""For so many of its intervals the last answer of a BMC, or of the scheduler, stands."""


@dataclass(frozen=True, slots=True)
class Metering:
    """The latest of BMCs and scheduler, and how long it stands."""

    bmcs: BmcLive = field(default_factory=BmcLive)
    schedule: ScheduleLive = field(default_factory=ScheduleLive)
    look_lasts: timedelta = timedelta(minutes=3)
    """Of the site's clock."""
    holdings_last: timedelta = timedelta(minutes=1)
    """Of the site's clock."""
    host_watts: float = HOST_WATTS
    """What a node draws beside its GPUs, where no BMC says."""

    def poll(
        self, node: str, snapshot: Snapshot | None, out_slots: frozenset[int], now: datetime
    ) -> Poll:
        """All that is known of a node now; `snapshot` is `None` where it does not answer."""
        held = self.schedule.held(node, now, self.holdings_last)
        return Poll(now, snapshot, out_slots, held, self._look(node))

    def _look(self, node: str) -> WallLook | None:
        look = self.bmcs.looks.get(node)
        watts = _watts(look) if look else None
        if look is None or watts is None:
            return None
        return WallLook(look.taken_at, look.taken_at + self.look_lasts, watts)


def _watts(look: BmcLook) -> float | None:
    """A node that runs draws something: a sensor that shows nothing then is not read."""
    watts = max(look.power_watts or 0.0, 0.0)
    return watts if watts > 0 or look.power_on is False else None
