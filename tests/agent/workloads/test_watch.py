"""A look at the processes of every GPU: all of them, though they end, change or may not be read."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from fakes.node_tree import NodeTree
from thirdshift_agent.collectors.host.collector import Roots
from thirdshift_agent.gpu import GpuProcess
from thirdshift_agent.workloads import WorkloadKind, WorkloadWatch
from thirdshift_agent.workloads.watch import GpuUse

GIB = 1024**3
POD = "0f3c8e1a-5b2d-4c6e-9f70-1a2b3c4d5e6f"
ID = "9ec39b91f3d70e1beff50a308f77067065ea6be0d91a3378375056cd4422cf3d"
OTHER = "4f797c539e6c745de61a93ca3ff892358ecbcaccd8414d5db545c38428142970"
IN_POD = f"/kubepods/pod{POD}"


@pytest.fixture
def node(tmp_path: Path) -> NodeTree:
    return NodeTree(tmp_path)


@pytest.fixture
def watch(node: NodeTree) -> WorkloadWatch:
    return WorkloadWatch(node.roots)


def job(number: int, step: int = 0) -> str:
    return f"/system.slice/slurmstepd.scope/job_{number}/step_{step}/user/task_0"


def look(watch: WorkloadWatch, *pids: int) -> GpuUse:
    return watch.look({"GPU-0": [GpuProcess(pid, GIB) for pid in pids]})["GPU-0"]


def names(use: GpuUse) -> list[str]:
    return [one.workload.name for one in use.uses]


def test_every_process_is_looked_at_and_each_workload_is_told_once(
    node: NodeTree, watch: WorkloadWatch
) -> None:
    node.run(10, job(7))
    node.run(11, job(7))
    node.run(12, job(8))
    found = look(watch, 10, 11, 12)
    assert names(found) == ["slurm/7/0", "slurm/8/0"]
    assert [(use.processes, use.memory_bytes) for use in found.uses] == [(2, 2 * GIB), (1, GIB)]
    assert found.processes == 3


def test_a_process_on_two_gpus_is_on_both(node: NodeTree, watch: WorkloadWatch) -> None:
    node.run(10, job(7))
    found = watch.look({"GPU-0": [GpuProcess(10, GIB)], "GPU-1": [GpuProcess(10, 2 * GIB)]})
    assert [gpu.uses[0].memory_bytes for gpu in found.values()] == [GIB, 2 * GIB]


def test_a_process_that_the_driver_lists_twice_counts_once(
    node: NodeTree, watch: WorkloadWatch
) -> None:
    node.run(10, job(7))
    found = look(watch, 10, 10)
    assert (found.processes, found.uses[0].processes, found.uses[0].memory_bytes) == (1, 1, GIB)


def test_memory_that_is_unknown_of_one_process_is_unknown_of_all(
    node: NodeTree, watch: WorkloadWatch
) -> None:
    node.run(10, job(7))
    node.run(11, job(7))
    found = watch.look({"GPU-0": [GpuProcess(10, GIB), GpuProcess(11, None)]})
    assert found["GPU-0"].uses[0].memory_bytes is None


def test_a_process_that_has_ended_is_counted_and_nobodys(
    node: NodeTree, watch: WorkloadWatch
) -> None:
    node.run(10, job(7))
    found = look(watch, 10, 4711, 0)
    assert (found.processes, names(found)) == (3, ["slurm/7/0"])


@pytest.mark.parametrize("missing", ["status", "cgroup", "environ"])
def test_a_file_that_cannot_be_read_takes_nothing_else_with_it(
    node: NodeTree, watch: WorkloadWatch, missing: str
) -> None:
    folder = node.run(10, job(7), {"SLURM_JOB_ID": "7", "SLURM_STEP_ID": "0"})
    (folder / missing).unlink()
    assert names(look(watch, 10)) == ["slurm/7/0"]


@pytest.mark.parametrize("text", ["", "10 (x", "10 (x) S", "10 (x) S " + "y " * 30])
def test_a_stat_that_says_nothing_is_no_process(
    node: NodeTree, watch: WorkloadWatch, text: str
) -> None:
    (node.run(10, job(7)) / "stat").write_text(text)
    assert names(look(watch, 10)) == []


def test_a_number_that_passed_to_another_process_is_looked_at_anew(
    node: NodeTree, watch: WorkloadWatch
) -> None:
    node.run(10, job(7), started=5000)
    look(watch, 10)
    node.run(10, job(8), started=6000)
    assert names(look(watch, 10)) == ["slurm/8/0"]


def test_what_is_known_of_a_process_is_not_read_again(node: NodeTree, watch: WorkloadWatch) -> None:
    folder = node.run(10, job(7))
    nobodys = node.run(11, "/", uid=1000)
    (nobodys / "status").unlink()
    assert names(look(watch, 10, 11)) == ["slurm/7/0"]
    (folder / "cgroup").unlink()
    (nobodys / "cgroup").write_text(f"0::{job(9)}\n")
    assert names(look(watch, 10, 11)) == ["slurm/7/0"]


def test_more_processes_than_are_kept_are_read_anew(node: NodeTree) -> None:
    watch = WorkloadWatch(node.roots, most_kept=1)
    folders = [node.run(pid, job(7)) for pid in (10, 11)]
    look(watch, 10, 11)
    for folder in folders:
        (folder / "cgroup").write_text(f"0::{job(8)}\n")
    assert names(look(watch, 10, 11)) == ["slurm/7/0", "slurm/8/0"]


def test_whose_a_process_was_is_known_after_its_death(node: NodeTree, watch: WorkloadWatch) -> None:
    node.run(10, job(7))
    look(watch, 10)
    node.end(10)
    last = watch.last_seen(10)
    assert last is not None
    assert last.name == "slurm/7/0"
    assert watch.last_seen(11) is None


def test_of_two_names_with_one_number_the_first_counts(
    node: NodeTree, watch: WorkloadWatch
) -> None:
    node.users({"ana": 1000, "ana-too": 1000})
    node.run(10)
    assert names(look(watch, 10)) == ["user/ana"]


def test_a_process_that_left_the_gpu_is_forgotten(node: NodeTree, watch: WorkloadWatch) -> None:
    folder = node.run(10, job(7))
    look(watch, 10)
    look(watch)
    (folder / "cgroup").write_text(f"0::{job(8)}\n")
    assert names(look(watch, 10)) == ["slurm/8/0"]


def test_a_stuck_processs_environment_is_left_alone_until_it_moves(
    node: NodeTree, watch: WorkloadWatch
) -> None:
    in_job = {"SLURM_JOB_ID": "7", "SLURM_STEP_ID": "0"}
    node.run(10, environment=in_job, state="D")
    assert names(look(watch, 10)) == ["user/ana"]
    node.run(10, environment=in_job, state="R")
    assert names(look(watch, 10)) == ["slurm/7/0"]


def test_a_process_that_gets_stuck_stays_whose_it_was(node: NodeTree, watch: WorkloadWatch) -> None:
    node.run(10, environment={"SLURM_JOB_ID": "7"})
    look(watch, 10)
    node.run(10, state="D")
    assert [names(look(watch, 10)) for _ in range(3)] == [["slurm/7"]] * 3


def test_the_process_that_says_most_speaks_for_its_workload(
    node: NodeTree, watch: WorkloadWatch
) -> None:
    node.run(10, job(7), {"SLURM_JOB_ID": "7", "SLURM_JOB_ACCOUNT": "physics"})
    node.run(11, job(7))
    for order in ((10, 11), (11, 10)):
        assert [use.workload.account for use in look(watch, *order).uses] == ["physics"]


def test_nothing_of_an_environment_is_kept_but_what_is_named(
    node: NodeTree, watch: WorkloadWatch
) -> None:
    secrets = {"AWS_SECRET_ACCESS_KEY": "hush", "SLURM_JWT": "hush", "SLURM_JOB_ID": "7"}
    node.run(10, environment=secrets)
    assert names(look(watch, 10)) == ["slurm/7"]
    assert "hush" not in repr(vars(watch)) + repr(look(watch, 10))


def test_a_pod_has_the_names_that_the_kubelet_gave_its_logs(
    node: NodeTree, watch: WorkloadWatch
) -> None:
    node.pod("team-a", "train-0", POD, {"main": ID, "sidecar": OTHER})
    node.run(10, f"{IN_POD}/{ID}")
    node.run(11, f"{IN_POD}/{OTHER}")
    found = look(watch, 10, 11)
    assert names(found) == [
        "kubernetes/team-a/train-0/main",
        "kubernetes/team-a/train-0/sidecar",
    ]
    assert found.uses[0].workload.kind is WorkloadKind.KUBERNETES


def test_a_pods_only_container_needs_no_link(node: NodeTree, watch: WorkloadWatch) -> None:
    node.pod("team-a", "train-0", POD, {"main": OTHER})
    node.run(10, f"{IN_POD}/{ID}")
    assert names(look(watch, 10)) == ["kubernetes/team-a/train-0/main"]


def test_of_several_containers_without_a_link_none_is_guessed(
    node: NodeTree, watch: WorkloadWatch
) -> None:
    node.pod("team-a", "train-0", POD, {"main": OTHER, "sidecar": "ab" * 32})
    node.run(10, f"{IN_POD}/{ID}")
    assert names(look(watch, 10)) == [f"kubernetes/team-a/train-0/{ID[:12]}"]


def test_a_pod_whose_logs_come_late_gets_its_name_then(
    node: NodeTree, watch: WorkloadWatch
) -> None:
    node.run(10, f"{IN_POD}/{ID}")
    assert names(look(watch, 10)) == [f"kubernetes/{POD}/{ID[:12]}"]
    node.pod("team-a", "train-0", POD, {"main": ID})
    assert names(look(watch, 10)) == ["kubernetes/team-a/train-0/main"]


def test_a_pod_that_is_known_keeps_its_name_when_its_logs_go(
    node: NodeTree, watch: WorkloadWatch
) -> None:
    node.pod("team-a", "train-0", POD, {"main": ID})
    node.run(10, f"{IN_POD}/{ID}")
    look(watch, 10)
    (node.roots.log / "pods").rename(node.roots.log / "gone")
    (node.roots.log / "containers").rename(node.roots.log / "gone-too")
    assert names(look(watch, 10)) == ["kubernetes/team-a/train-0/main"]


def test_a_node_that_shows_nothing_yields_no_workload(tmp_path: Path) -> None:
    watch = WorkloadWatch(NodeTree(tmp_path).roots)
    assert look(watch, 1, 2) == GpuUse(2, ())


def test_this_process_is_somebodys_in_the_real_proc() -> None:
    assert len(look(WorkloadWatch(Roots()), os.getpid()).uses) == 1
