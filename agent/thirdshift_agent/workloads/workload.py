"""What a workload is: the job, pod, container, unit, session or user that processes belong to."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class WorkloadKind(StrEnum):
    """What is known to have started the processes, from the most telling to the least."""

    SLURM = "slurm"
    KUBERNETES = "kubernetes"
    CONTAINER = "container"
    UNIT = "unit"
    SESSION = "session"
    USER = "user"


@dataclass(frozen=True, slots=True)
class Workload:
    """Who uses a GPU. A field is None where it is unknown or means nothing for the kind."""

    kind: WorkloadKind
    job_id: str | None = None
    """Slurm's; of an array's task its own, not the array's."""
    step_id: str | None = None
    """`0`, `1`, ..., `batch`, `extern` or `interactive`."""
    account: str | None = None
    partition: str | None = None
    cluster: str | None = None
    user: str | None = None
    """The name, or the number where the node has no name for it; None for a container's own."""
    namespace: str | None = None
    pod: str | None = None
    pod_uid: str | None = None
    container: str | None = None
    """A container's name in its pod; of any other the first 12 digits of its id."""
    container_id: str | None = None
    unit: str | None = None
    """Systemd's, such as `jupyter.service` or `session-3.scope`."""

    @property
    def name(self) -> str:
        """The same for all its processes, different from any other's on the node."""
        return "/".join([self.kind, *(part for part in self._parts() if part)])

    def _parts(self) -> tuple[str | None, ...]:
        match self.kind:
            case WorkloadKind.SLURM:
                return self.job_id, self.step_id
            case WorkloadKind.KUBERNETES:
                where = (self.namespace, self.pod) if self.pod else (self.pod_uid,)
                return *where, self.container or _short(self.container_id)
            case WorkloadKind.CONTAINER:
                return (self.container,)
            case WorkloadKind.UNIT | WorkloadKind.SESSION:
                return self.user, self.unit
            case WorkloadKind.USER:
                return (self.user,)


CONTAINER_ID_SHOWN = 12
"""Digits of a container's id that container engines show."""


def _short(container_id: str | None) -> str | None:
    return container_id and container_id[:CONTAINER_ID_SHOWN]
