"""The jobs by which nodes come from other systems and go back to them."""

from __future__ import annotations

from collections.abc import Callable

from thirdshift_controller.adapters.nvsentinel import NvsentinelRequests
from thirdshift_controller.adapters.requesters import requesters_for
from thirdshift_controller.bootstrap.foundation import Foundation
from thirdshift_controller.intake.takeover import Takeover
from thirdshift_controller.workorders.hand_back import HandBack
from thirdshift_controller.workorders.request_watch import RequestWatch


def hand_over(base: Foundation, takeover: Takeover) -> dict[str, Callable[[], None]]:
    """Each job by its name."""
    table = base.config.handoff
    nvsentinel = NvsentinelRequests(table.nvsentinel) if table.nvsentinel else None
    hand_back = HandBack(base.store, requesters_for(table, nvsentinel))
    jobs = {"handback": lambda: hand_back.run(base.clock.now())}
    if nvsentinel is not None:
        watch = RequestWatch(nvsentinel, takeover, hand_back)
        jobs["nvsentinel"] = lambda: watch.run(base.clock.now())
    return jobs
