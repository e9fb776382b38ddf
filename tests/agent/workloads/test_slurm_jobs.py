"""Jobs of a real Slurm that makes no control groups: told apart in the real /proc."""

from __future__ import annotations

import getpass
import os
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from servers.process import wait_for
from servers.slurm import PARTITION, Slurm, slurm
from thirdshift_agent.collectors.host.collector import Roots
from thirdshift_agent.gpu import GpuProcess
from thirdshift_agent.workloads import Workload, WorkloadKind, WorkloadWatch

PROCESS = "sh -c 'echo $$ > {file}; exec sleep 1000'"


@pytest.fixture(scope="module")
def cluster() -> Iterator[Slurm]:
    with slurm(nodes=2) as cluster:
        yield cluster


@pytest.fixture
def user() -> str:
    """Somebody other than root, where this may be asked for."""
    return "nobody" if os.geteuid() == 0 else getpass.getuser()


def run(cluster: Slurm, user: str, names: list[str]) -> tuple[int, dict[str, int]]:
    """Start a job with a step for each name, beside the batch step's own; tells their pids."""
    files = {name: cluster.folder / "jobs" / f"{name}.pid" for name in [*names, "batch"]}
    steps = [f"srun --overlap {PROCESS.format(file=files[name])} &" for name in names]
    script = "\n".join([*steps, PROCESS.format(file=files["batch"])])
    options = ["--gpus-per-node=2", f"--ntasks={len(names)}", "--account=physics", "--chdir=/"]
    options += [f"--uid={user}"] if os.geteuid() == 0 else []
    job = cluster.submit(script, *options)
    return job, {name: wait_for(partial(pid_in, file), name) for name, file in files.items()}


def pid_in(file: Path) -> int:
    """What a process wrote there of itself; 0 before it did."""
    text = file.read_text(encoding="utf-8") if file.exists() else ""
    return int(text) if text.endswith("\n") else 0


def whose(watch: WorkloadWatch, *pids: int) -> list[Workload]:
    found = watch.look({"GPU-0": [GpuProcess(pid, None) for pid in pids]})["GPU-0"]
    return [use.workload for use in found.uses]


def test_a_jobs_processes_are_known_by_job_step_and_user(cluster: Slurm, user: str) -> None:
    watch = WorkloadWatch(Roots())
    job, pids = run(cluster, user, ["one", "two"])
    steps = [whose(watch, pids[name])[0] for name in ("one", "two")]
    assert {step.step_id for step in steps} == {"0", "1"}
    for step in steps:
        assert step == Workload(
            WorkloadKind.SLURM,
            job_id=str(job),
            step_id=step.step_id,
            account="physics",
            partition=PARTITION,
            cluster="test",
            user=user,
        )
    assert whose(watch, pids["batch"])[0].name == f"slurm/{job}"


def test_jobs_that_share_a_gpu_are_told_apart(cluster: Slurm, user: str) -> None:
    watch = WorkloadWatch(Roots())
    first, its = run(cluster, user, ["a"])
    second, others = run(cluster, user, ["b"])
    found = whose(watch, its["a"], others["b"])
    assert [workload.name for workload in found] == [f"slurm/{first}/0", f"slurm/{second}/0"]


def test_of_a_job_that_was_cancelled_nothing_is_left(cluster: Slurm, user: str) -> None:
    watch = WorkloadWatch(Roots())
    job, pids = run(cluster, user, ["c"])
    assert whose(watch, pids["c"])
    cluster.run("scancel", str(job))
    wait_for(lambda: not whose(watch, pids["c"]), "the cancelled job's process gone")
