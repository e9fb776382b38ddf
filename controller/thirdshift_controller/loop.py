"""The repair loop: the stages in their order, once around.

Each stage takes up what the one before it left in the database, so the loop may die anywhere and
go on from there.
"""

from __future__ import annotations

from dataclasses import dataclass

from thirdshift_agent.clock import Clock
from thirdshift_controller.incidents.correlation import Correlation
from thirdshift_controller.incidents.lemons import Lemons
from thirdshift_controller.incidents.service import Triage
from thirdshift_controller.remedies.homecoming import Homecoming
from thirdshift_controller.remedies.service import Ladder
from thirdshift_controller.workorders.dispatch import Dispatch
from thirdshift_controller.workorders.verification import Verification


@dataclass(frozen=True, slots=True)
class RepairLoop:
    """From untriaged signals to closed incidents."""

    clock: Clock
    triage: Triage
    correlation: Correlation
    lemons: Lemons
    ladder: Ladder
    homecoming: Homecoming
    dispatch: Dispatch
    verification: Verification

    def run(self) -> None:
        """Go around once."""
        self.sort()
        self.lemons.run(self.clock.now())
        self.triage.close_quiet(self.clock.now())
        self.ladder.recover(alone=False)
        self.verification.run(self.clock.now())
        self.ladder.climb()
        self.dispatch.run(self.clock.now())
        self.homecoming.run()

    def sort(self) -> None:
        """Place every signal that waits, then look for what they share."""
        while self.triage.sort(self.clock.now()):
            pass
        self.correlation.run(self.clock.now())
