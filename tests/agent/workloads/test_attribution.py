"""Whose a process is: control groups before the environment, the node's names before others."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from thirdshift_agent.workloads.attribution import LONGEST_VALUE, workload_of
from thirdshift_agent.workloads.process import Process
from thirdshift_agent.workloads.workload import Workload, WorkloadKind

USERS = {0: "root", 1000: "ana"}
ID = "9ec39b91f3d70e1beff50a308f77067065ea6be0d91a3378375056cd4422cf3d"
POD = "0f3c8e1a-5b2d-4c6e-9f70-1a2b3c4d5e6f"
IN_JOB_7 = "/system.slice/slurmstepd.scope/job_7/step_0/user/task_0"
JOB_7 = {
    "SLURM_JOB_ID": "7",
    "SLURM_STEP_ID": "3",
    "SLURM_JOB_USER": "ana.of.ldap",
    "SLURM_JOB_ACCOUNT": "physics",
    "SLURM_JOB_PARTITION": "h100",
    "SLURM_CLUSTER_NAME": "hall",
}


def whose(
    path: str = "/", environment: dict[str, str] | None = None, uid: int | None = 1000
) -> Workload | None:
    return workload_of(Process(uid, f"0::{path}\n", environment or {}), USERS)


def test_a_job_is_told_by_its_control_group_and_described_by_its_environment() -> None:
    assert whose(IN_JOB_7, JOB_7) == Workload(
        WorkloadKind.SLURM,
        job_id="7",
        step_id="0",
        account="physics",
        partition="h100",
        cluster="hall",
        user="ana",
    )


def test_where_slurm_makes_no_control_group_the_environment_tells() -> None:
    found = whose("/system.slice/slurmd.service", JOB_7)
    assert found is not None
    assert (found.kind, found.job_id, found.step_id) == (WorkloadKind.SLURM, "7", "3")
    assert found.unit is None


def test_an_environment_that_names_another_job_is_not_believed() -> None:
    found = whose(IN_JOB_7, {**JOB_7, "SLURM_JOB_ID": "8"})
    assert found == Workload(WorkloadKind.SLURM, job_id="7", step_id="0", user="ana")


@pytest.mark.parametrize("number", ["", "7; rm", "-1", "12345678901", "\uff17"])
def test_what_is_no_job_number_is_no_job(number: str) -> None:
    found = whose("/", {"SLURM_JOB_ID": number, "SLURM_JOB_ACCOUNT": "physics"})
    assert found == Workload(WorkloadKind.USER, user="ana")


@pytest.mark.parametrize(
    ("number", "step"),
    [("4294967291", "batch"), ("4294967292", "extern"), ("4294967290", "interactive"), ("x", None)],
)
def test_a_step_that_slurm_numbers_from_the_end_has_its_name(number: str, step: str | None) -> None:
    found = whose("/", {**JOB_7, "SLURM_STEP_ID": number})
    assert found is not None
    assert found.step_id == step


def test_slurm_names_a_user_whom_the_node_knows_by_number_only() -> None:
    stranger = whose(IN_JOB_7, JOB_7, uid=70000)
    unnamed = whose(IN_JOB_7, {}, uid=70000)
    assert stranger is not None
    assert unnamed is not None
    assert (stranger.user, unnamed.user) == ("ana.of.ldap", "70000")


def test_a_job_in_a_pod_keeps_both() -> None:
    path = f"/kubepods/pod{POD}/{ID}{IN_JOB_7}"
    found = whose(path, JOB_7)
    assert found is not None
    assert (found.kind, found.job_id, found.pod_uid) == (WorkloadKind.SLURM, "7", POD)


def test_a_containers_own_user_has_no_name_on_the_node() -> None:
    assert whose(f"/kubepods/pod{POD}/{ID}") == Workload(
        WorkloadKind.KUBERNETES, pod_uid=POD, container_id=ID
    )
    assert whose(f"/docker/{ID}") == Workload(
        WorkloadKind.CONTAINER, container=ID[:12], container_id=ID
    )


def test_a_rootless_container_belongs_to_whose_session_it_runs_in() -> None:
    path = f"/user.slice/user-1000.slice/user@1000.service/user.slice/libpod-{ID}.scope"
    found = whose(path, uid=100999)
    assert found is not None
    assert (found.kind, found.user) == (WorkloadKind.CONTAINER, "ana")


def test_a_session_is_its_users_whatever_the_process_became() -> None:
    found = whose("/user.slice/user-1000.slice/session-3.scope", uid=0)
    assert found == Workload(WorkloadKind.SESSION, user="ana", unit="session-3.scope")


def test_a_unit_has_its_name_and_user() -> None:
    assert whose("/system.slice/jupyter.service", uid=0) == Workload(
        WorkloadKind.UNIT, user="root", unit="jupyter.service"
    )


def test_a_process_of_which_nothing_is_known_belongs_to_nobody() -> None:
    assert workload_of(Process(None, "", {}), USERS) is None


@given(st.text(), st.text())
def test_what_a_label_gets_is_printable_and_bounded(account: str, user: str) -> None:
    found = whose("/", {**JOB_7, "SLURM_JOB_ACCOUNT": account, "SLURM_JOB_USER": user}, 70000)
    assert found is not None
    for value in (found.account, found.user):
        assert value is None or (value.isprintable() and 0 < len(value) <= LONGEST_VALUE)


def test_each_kind_has_a_name_of_its_own() -> None:
    names = [
        Workload(WorkloadKind.SLURM, job_id="7", step_id="0").name,
        Workload(WorkloadKind.SLURM, job_id="7").name,
        Workload(WorkloadKind.KUBERNETES, namespace="a", pod="b", container="c").name,
        Workload(WorkloadKind.KUBERNETES, pod_uid=POD, container_id=ID).name,
        Workload(WorkloadKind.CONTAINER, container=ID[:12]).name,
        Workload(WorkloadKind.UNIT, user="root", unit="x.service").name,
        Workload(WorkloadKind.SESSION, user="ana", unit="session-3.scope").name,
        Workload(WorkloadKind.USER, user="ana").name,
    ]
    assert names == [
        "slurm/7/0",
        "slurm/7",
        "kubernetes/a/b/c",
        f"kubernetes/{POD}/{ID[:12]}",
        f"container/{ID[:12]}",
        "unit/root/x.service",
        "session/ana/session-3.scope",
        "user/ana",
    ]
