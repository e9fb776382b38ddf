"""What a process's control groups say of who started it. Text in, facts out: it reads no file.

Control groups are made by Slurm, the kubelet, the container engine and systemd, so what they say
holds, unlike a process's environment. But below a user's own slice the user makes them: there no
job and no pod is believed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """Where a process stands among the node's control groups; None where they do not say."""

    slurm_job: str | None = None
    slurm_step: str | None = None
    pod_uid: str | None = None
    """As Kubernetes writes it, with dashes."""
    container_id: str | None = None
    unit: str | None = None
    session_uid: int | None = None
    """Of the user whose session or user manager it belongs to."""


def place(text: str) -> Place:
    """Read `/proc/PID/cgroup` of either version of control groups.

    On version 1 each controller has a line of its own, and not every line says the same: the first
    that says something counts.
    """
    paths = [line.split(":", 2)[2] for line in text.split("\n") if line.count(":") >= 2]
    not_users = [path for path in paths if not _SESSION.search(path)]
    slurm, pod = _first(_SLURM, not_users), _first(_POD, not_users)
    container, session = _first(_CONTAINER, paths), _first(_SESSION, paths)
    return Place(
        slurm_job=slurm and slurm["job"],
        slurm_step=slurm and slurm["step"],
        pod_uid=pod and pod["uid"].replace("_", "-"),
        container_id=container and container["id"],
        unit=_unit(paths),
        session_uid=int(session["uid"]) if session else None,
    )


# /slurm/uid_1000/job_7/step_0 (version 1) and /system.slice/slurmstepd.scope/job_7/step_0 (2);
# with several slurmd on a host their node's name is added: /slurm_gpu01, /gpu01_slurmstepd.scope
_SLURM = re.compile(
    r"/(?:slurm(?:_[^/]+)?/uid_\d+|(?:[^/]+_)?slurmstepd\.scope)"
    r"/job_(?P<job>[0-9]{1,10})(?:/step_(?P<step>[0-9]{1,10}|batch|extern|interactive)(?![^/]))?"
)
# .../kubepods-burstable-podUID.slice (systemd's driver), /kubepods/burstable/podUID (cgroupfs);
# the UID of a pod that the kubelet started from a file is a digest without dashes
_POD = re.compile(
    r"[/-]pod(?P<uid>[0-9a-f]{8}(?:[-_][0-9a-f]{4}){3}[-_][0-9a-f]{12}|[0-9a-f]{32})(?![0-9a-f])"
)
# /ID, /docker-ID.scope, /cri-containerd-ID.scope, /crio-ID.scope, /libpod-ID.scope, :containerd:ID
_CONTAINER = re.compile(r"[/:-](?P<id>[0-9a-f]{64})(?=\.scope|/|$)")
_SESSION = re.compile(r"^(?:/\.\.)*/user\.slice/user-(?P<uid>[0-9]{1,10})\.slice(?=/|$)")
_UNIT = re.compile(r"/(?P<unit>[^/]+\.(?:service|scope))(?=/|$)")


def _first(shape: re.Pattern[str], paths: list[str]) -> re.Match[str] | None:
    return next((found for path in paths if (found := shape.search(path))), None)


def _unit(paths: list[str]) -> str | None:
    """The innermost unit of the first path that has one."""
    return next((found[-1] for path in paths if (found := _UNIT.findall(path))), None)
