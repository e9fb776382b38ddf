"""Control groups of every shape that a GPU node shows, and of none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from thirdshift_agent.workloads.cgroup import Place, place

UID = "0f3c8e1a-5b2d-4c6e-9f70-1a2b3c4d5e6f"
SLICED = UID.replace("-", "_")
STATIC = "4c5e6f708192a3b4c5d6e7f801234567"
ID = "9ec39b91f3d70e1beff50a308f77067065ea6be0d91a3378375056cd4422cf3d"
OTHER = "4f797c539e6c745de61a93ca3ff892358ecbcaccd8414d5db545c38428142970"


@pytest.mark.parametrize(
    ("path", "job", "step"),
    [
        ("/slurm/uid_1000/job_123/step_0/task_0", "123", "0"),
        ("/slurm_gpu01/uid_1000/job_123/step_batch/task_0", "123", "batch"),
        ("/system.slice/slurmstepd.scope/job_123/step_0/user/task_0", "123", "0"),
        ("/system.slice/gpu01_slurmstepd.scope/job_9/step_extern/user/task_special", "9", "extern"),
        ("/system.slice/slurmstepd.scope/job_123/step_interactive/slurm", "123", "interactive"),
        ("/system.slice/slurmstepd.scope/job_123", "123", None),
        ("/system.slice/slurmstepd.scope/job_123/step_new", "123", None),
    ],
)
def test_slurm_says_which_job_and_step(path: str, job: str, step: str | None) -> None:
    found = place(f"0::{path}\n")
    assert (found.slurm_job, found.slurm_step) == (job, step)


@pytest.mark.parametrize(
    "path",
    [
        "/slurm/uid_1000/job_x",
        "/user.slice/job_7/step_0",
        "/system.slice/slurmctld.service",
        "/slurm/job_7",
    ],
)
def test_what_only_looks_like_slurm_is_no_job(path: str) -> None:
    assert place(f"0::{path}\n").slurm_job is None


@pytest.mark.parametrize(
    "path",
    [
        f"/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod{SLICED}.slice/cri-containerd-{ID}.scope",
        f"/kubepods.slice/kubepods-pod{SLICED}.slice/cri-containerd-{ID}.scope",
        f"/kubepods.slice/kubepods-besteffort.slice/kubepods-besteffort-pod{SLICED}.slice/crio-{ID}.scope/container",
        f"/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod{SLICED}.slice/docker-{ID}.scope",
        f"/kubepods/besteffort/pod{UID}/{ID}",
        f"/kubepods/pod{UID}/{ID}",
        f"/system.slice/containerd.service/kubepods-burstable-pod{SLICED}.slice:cri-containerd:{ID}",
        f"/kubelet.slice/kubelet-kubepods.slice/kubelet-kubepods-pod{SLICED}.slice/cri-containerd-{ID}.scope",
        f"/../../kubepods-burstable-pod{SLICED}.slice/cri-containerd-{ID}.scope",
        f"/../pod{UID}/{ID}",
        f"/kubepods/pod{UID}/{ID}/docker/{OTHER}",
    ],
)
def test_the_kubelet_says_which_pod_and_container(path: str) -> None:
    found = place(f"0::{path}\n")
    assert (found.pod_uid, found.container_id) == (UID, ID)


def test_a_pod_from_a_file_has_a_digest_for_a_uid() -> None:
    assert place(f"0::/kubepods/burstable/pod{STATIC}/{ID}\n").pod_uid == STATIC


@pytest.mark.parametrize(
    "path",
    [
        f"/docker/{ID}",
        f"/system.slice/docker-{ID}.scope",
        f"/machine.slice/libpod-{ID}.scope/container",
        f"/machine.slice/machine-libpod_pod_{OTHER}.slice/libpod-{ID}.scope",
        f"/system.slice/nerdctl-{ID}.scope",
        f"/default/{ID}",
    ],
)
def test_a_container_of_no_pod_has_its_id_alone(path: str) -> None:
    found = place(f"0::{path}\n")
    assert (found.pod_uid, found.container_id) == (None, ID)


@pytest.mark.parametrize(
    ("path", "unit", "uid"),
    [
        ("/system.slice/jupyter.service", "jupyter.service", None),
        ("/system.slice/system-train.slice/train@3.service", "train@3.service", None),
        ("/user.slice/user-1000.slice/session-3.scope", "session-3.scope", 1000),
        ("/user.slice/user-1000.slice/user@1000.service/app.slice/x.service", "x.service", 1000),
        ("/user.slice/user-1000.slice", None, 1000),
    ],
)
def test_systemd_says_which_unit_and_whose_session(
    path: str, unit: str | None, uid: int | None
) -> None:
    found = place(f"0::{path}\n")
    assert (found.unit, found.session_uid) == (unit, uid)


@pytest.mark.parametrize(
    "made",
    ["slurmstepd.scope/job_9/step_0", "slurm/uid_0/job_9", f"kubepods/pod{UID}", f"pod{UID}/{ID}"],
)
def test_what_a_user_makes_below_the_own_slice_is_no_job_and_no_pod(made: str) -> None:
    found = place(f"0::/user.slice/user-1000.slice/user@1000.service/{made}\n")
    assert (found.slurm_job, found.pod_uid, found.session_uid) == (None, None, 1000)


def test_a_pod_that_runs_systemd_is_no_session() -> None:
    found = place(f"0::/kubepods/pod{UID}/{ID}/user.slice/user-1000.slice/session-1.scope\n")
    assert (found.pod_uid, found.session_uid) == (UID, None)


def test_only_a_line_feed_ends_a_line() -> None:
    assert place("0::/user.slice/user-1000.slice/x\v1:pids:/slurm/uid_0/job_9\n").slurm_job is None


def test_on_version_1_the_line_that_says_something_counts() -> None:
    lines = ["12:pids:/", "9:freezer:/slurm/uid_1000/job_5/step_2", "4:cpu,cpuacct:/"]
    lines += ["1:name=systemd:/system.slice/slurmd.service", "0::/"]
    found = place("\n".join([*lines, ""]))
    assert (found.slurm_job, found.slurm_step, found.unit) == ("5", "2", "slurmd.service")


@pytest.mark.parametrize("text", ["", "0::/\n", "nonsense\n", "1:2\n", "0::/init\n"])
def test_where_nothing_is_said_nothing_is_known(text: str) -> None:
    assert place(text) == Place()


@given(st.text())
def test_no_text_breaks_it(text: str) -> None:
    place(text)
    place(f"0::/{text}")
