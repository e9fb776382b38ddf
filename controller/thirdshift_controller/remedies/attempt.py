"""One attempt, made: whatever happens has an outcome, and what cannot be known counts as failed."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime

from thirdshift_controller.remedies.port import (
    Remedy,
    RemedyNotStarted,
    RemedyOrder,
    RemedyOutcomeUnknown,
)
from thirdshift_controller.store.tables import AttemptRow
from thirdshift_controller.wire import AttemptOutcome

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Ended:
    """How it ended and what was printed or said."""

    outcome: AttemptOutcome
    output: str


def make(remedy: Remedy, order: RemedyOrder) -> Ended:
    """Carry an order out. It was reserved before; it is made once."""
    try:
        result = remedy.apply(order)
    except RemedyNotStarted as error:
        return Ended(AttemptOutcome.REFUSED, str(error))
    except RemedyOutcomeUnknown as error:
        return Ended(AttemptOutcome.AMBIGUOUS, str(error))
    except Exception as error:
        log.exception("attempt ended badly", extra={"key": order.key})
        return Ended(AttemptOutcome.AMBIGUOUS, f"a fault of the program: {error!r}")
    good = result.exit_status == 0
    return Ended(AttemptOutcome.SUCCEEDED if good else AttemptOutcome.FAILED, result.output)


def close(attempt: AttemptRow, ended: Ended, now: datetime) -> None:
    """Write the end on the attempt's row."""
    attempt.outcome, attempt.output, attempt.finished_at = ended.outcome, ended.output, now
