"""From one process to the workload that it belongs to. Pure: no file is read and nothing is kept.

Slurm's, the kubelet's and systemd's control groups are believed before the process's environment,
which is its own word: the environment counts where no control group names a job, and adds to the
job that one names only where both agree.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from thirdshift_agent.workloads.cgroup import Place, place
from thirdshift_agent.workloads.process import Process
from thirdshift_agent.workloads.workload import CONTAINER_ID_SHOWN, Workload, WorkloadKind

LONGEST_VALUE = 253
"""Characters; no pod's name may be longer."""

_NUMBER = re.compile(r"[0-9]{1,10}")
_STEPS_BY_NUMBER = {
    "4294967290": "interactive",
    "4294967291": "batch",
    "4294967292": "extern",
}
"""Steps that Slurm numbers from the end."""


def workload_of(process: Process, users: Mapping[int, str]) -> Workload | None:
    """Tell whose process it is, pods by their UID alone; None where nothing is known of it.

    `users` are the node's own names.
    """
    where = place(process.cgroup)
    said = _agreeing(process.environment, where)
    user = _user(process.uid, users)
    job = where.slurm_job or said.get("SLURM_JOB_ID")
    if job is not None:
        return _slurm(job, where, said, user)
    if where.pod_uid is not None:
        return Workload(
            WorkloadKind.KUBERNETES, pod_uid=where.pod_uid, container_id=where.container_id
        )
    if where.container_id is not None:
        return _container(where, users)
    if where.session_uid is not None:
        owner = _user(where.session_uid, users)
        return Workload(WorkloadKind.SESSION, user=owner, unit=_clean(where.unit))
    if where.unit is not None:
        return Workload(WorkloadKind.UNIT, user=user, unit=_clean(where.unit))
    return Workload(WorkloadKind.USER, user=user) if user is not None else None


def _slurm(job: str, where: Place, said: Mapping[str, str], user: str | None) -> Workload:
    if user is None or user.isdecimal():
        user = said.get("SLURM_JOB_USER", user)
    return Workload(
        WorkloadKind.SLURM,
        job_id=job,
        step_id=where.slurm_step or _step(said.get("SLURM_STEP_ID")),
        account=said.get("SLURM_JOB_ACCOUNT"),
        partition=said.get("SLURM_JOB_PARTITION"),
        cluster=said.get("SLURM_CLUSTER_NAME"),
        user=user,
        pod_uid=where.pod_uid,
        container_id=where.container_id,
    )


def _container(where: Place, users: Mapping[int, str]) -> Workload:
    """One of no pod. Its user is known where it runs in a user's session."""
    return Workload(
        WorkloadKind.CONTAINER,
        user=_user(where.session_uid, users),
        container=where.container_id and where.container_id[:CONTAINER_ID_SHOWN],
        container_id=where.container_id,
    )


def _agreeing(environment: Mapping[str, str], where: Place) -> dict[str, str]:
    """What the environment says, cleaned; nothing where it speaks of another job, or of none."""
    job = environment.get("SLURM_JOB_ID", "")
    if not _NUMBER.fullmatch(job) or where.slurm_job not in (None, job):
        return {}
    cleaned = ((key, _clean(value)) for key, value in environment.items())
    return {key: value for key, value in cleaned if value}


def _step(number: str | None) -> str | None:
    if number is None or not _NUMBER.fullmatch(number):
        return None
    return _STEPS_BY_NUMBER.get(number, number)


def _user(uid: int | None, users: Mapping[int, str]) -> str | None:
    return None if uid is None else _clean(users.get(uid)) or str(uid)


def _clean(value: str | None) -> str | None:
    """A value fit for a label: printable and not too long."""
    kept = "".join(letter for letter in value or "" if letter.isprintable())
    return kept[:LONGEST_VALUE] or None
