"""The words that the API and the database speak: closed sets."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """What a token may do, weakest first.

    `alerts` is for machines: it posts alerts, signals and requests, and may ask what became of
    a request.
    """

    ALERTS = "alerts"
    VIEWER = "viewer"
    TECHNICIAN = "technician"
    LEAD = "lead"


class CellState(StrEnum):
    """The state of a GPU or a node on the floor, worst first."""

    FAILED = "failed"
    DEGRADED = "degraded"
    NO_DATA = "no_data"
    REPAIR = "repair"
    VALIDATING = "validating"
    HEALTHY = "healthy"
    EMPTY = "empty"


class IncidentState(StrEnum):
    """Where an incident stands on its way from signal to closed."""

    OPEN = "open"
    REMEDYING = "remedying"
    NEEDS_HANDS = "needs_hands"
    IN_WORK = "in_work"
    VERIFYING = "verifying"
    CLOSED = "closed"


class Scope(StrEnum):
    """What an incident, a hold or a pause is about; all but the first two are many nodes."""

    GPU = "gpu"
    NODE = "node"
    RACK = "rack"
    SWITCH = "switch"
    FEED = "feed"
    COOLING = "cooling"
    GANG = "gang"
    DRIVER = "driver"
    SITE = "site"


class AttemptOutcome(StrEnum):
    """How a remote attempt ended. `AMBIGUOUS`: we cannot know, so it counts as failed."""

    PROPOSED = "proposed"
    """Waits for a person's yes."""
    DECLINED = "declined"
    """A person said no."""
    RESERVED = "reserved"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    REFUSED = "refused"
    AMBIGUOUS = "ambiguous"


class WorkOrderState(StrEnum):
    """Where a work order stands."""

    WAITING = "waiting"
    ASSIGNED = "assigned"
    ACKNOWLEDGED = "acknowledged"
    STARTED = "started"
    DONE = "done"
    CANCELLED = "cancelled"
