"""Looks after requests that we must fetch: takes those that wait, lets go of those that do not."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime

from thirdshift_controller.errors import RefusedError
from thirdshift_controller.intake.external import RequestSource, SourceUnreachable
from thirdshift_controller.intake.takeover import Takeover
from thirdshift_controller.workorders.hand_back import HandBack

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class RequestWatch:
    """Reads one system's requests."""

    source: RequestSource
    takeover: Takeover
    hand_back: HandBack

    def run(self, now: datetime) -> None:
        """Look once; what cannot be read or taken now is looked at again next time."""
        system = self.source.system
        try:
            waiting = self.source.waiting()
        except SourceUnreachable as error:
            log.warning("requests not read", extra={"system": system, "reason": str(error)})
            return
        self.hand_back.withdraw(system, {request.reference for request in waiting}, now)
        for request in waiting:
            try:
                self.takeover.take(request, now)
            except RefusedError as error:
                facts = {"system": system, "reference": request.reference, "reason": str(error)}
                log.warning("request not taken", extra=facts)
