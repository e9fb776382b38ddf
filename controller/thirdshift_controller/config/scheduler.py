"""`[scheduler]`: who gives the nodes work."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from thirdshift_controller.config.source import Seconds, Table


class SchedulerKind(StrEnum):
    """What the site runs jobs with."""

    NONE = "none"
    SLURM = "slurm"
    KUBERNETES = "kubernetes"
    SIMULATED = "simulated"


class SchedulerTable(Table):
    """Without a scheduler nobody can be drained."""

    kind: SchedulerKind = SchedulerKind.NONE
    jobs_may_die: Annotated[bool, Field(strict=True)] = False
    """Only without one: whether rungs that end a node's work may be tried all the same."""
    drain_patience_seconds: Seconds = 14_400.0
    """Of the site's clock: how long old work may take to end before a person is asked."""
    interval_seconds: Seconds = 15.0
    """Of the wall: how often the standings are read."""
