"""Drains, returns, standings and holdings on a real Slurm of 64 nodes with eight GPUs each."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from fakes.orders import WHY, drain, resume
from fakes.site import node
from servers.process import wait_for
from servers.slurm import Slurm, slurm
from thirdshift_controller.adapters.schedulers import scheduler_for
from thirdshift_controller.adapters.slurm import SlurmScheduler
from thirdshift_controller.config.scheduler import SchedulerKind, SchedulerTable
from thirdshift_controller.intake.schedule import NodeStanding, Standing
from thirdshift_controller.remedies.port import RemedyNotStarted

SIZE = 64
OURS = f"thirdshift INC-12 {WHY}"
NODE = "gpu07"


@pytest.fixture(scope="module")
def cluster() -> Iterator[Slurm]:
    with slurm(SIZE) as cluster:
        yield cluster


@pytest.fixture
def scheduler(cluster: Slurm) -> Iterator[SlurmScheduler]:
    """Leaves behind it no job and every node in service."""
    table = SchedulerTable(kind=SchedulerKind.SLURM, slurm_conf=cluster.configuration)
    made = scheduler_for(table)
    assert isinstance(made, SlurmScheduler)
    yield made
    for state in ("PENDING", "RUNNING"):
        cluster.run("scancel", f"--state={state}")
    wait_for(lambda: not cluster.run("squeue", "--noheader"), "no job left")
    cluster.attempt("scontrol", "update", f"nodename={NODE}", "state=resume")


def standing(scheduler: SlurmScheduler, name: str = NODE) -> NodeStanding:
    return scheduler.standings([node(name), node("gpu01")])[name]


def run_job(cluster: Slurm, *options: str) -> str:
    job = cluster.submit("sleep 1000", "--gpus-per-node=8", *options)
    wait_for(lambda: cluster.job_state(job) == "RUNNING", "the job running")
    return str(job)


def out_of_service(cluster: Slurm, state: str, reason: str) -> None:
    words = (f"nodename={NODE}", f"state={state}", f"reason={reason}")
    cluster.run("scontrol", "update", *words)


def test_all_nodes_are_in_service_and_a_job_is_told_on_each_of_its_nodes(
    cluster: Slurm, scheduler: SlurmScheduler
) -> None:
    everywhere = run_job(cluster, f"--nodes={SIZE}")
    told = scheduler.standings([node(name) for name in cluster.nodes])
    assert told == dict.fromkeys(
        cluster.nodes, NodeStanding(Standing.IN_SERVICE, None, (everywhere,))
    )


def test_an_array_job_is_told_task_by_task(cluster: Slurm, scheduler: SlurmScheduler) -> None:
    job = cluster.submit("sleep 1000", "--array=1-2", "--gpus-per-node=4", f"--nodelist={NODE}")
    both = {f"{job}_1", f"{job}_2"}
    wait_for(lambda: set(standing(scheduler).jobs) == both, "both tasks on the node")


def test_a_drain_lets_the_job_end_and_only_then_is_the_node_drained(
    cluster: Slurm, scheduler: SlurmScheduler
) -> None:
    job = run_job(cluster, f"--nodelist={NODE}")
    told = scheduler.apply(drain(NODE))
    assert (told.exit_status, told.output) == (0, f"{NODE} gets no new jobs; still running: {job}")
    assert "state=drain" in told.command
    assert OURS in told.command
    found = standing(scheduler)
    assert (found.standing, found.jobs) == (Standing.DRAINING, (job,))
    assert (found.reason, found.is_ours) == (OURS, True)
    assert cluster.job_state(int(job)) == "RUNNING"
    cluster.run("scancel", job)
    wait_for(lambda: standing(scheduler).standing is Standing.DRAINED, "the node drained")
    assert standing(scheduler).jobs == ()


def test_the_reason_is_read_where_slurms_people_look(
    cluster: Slurm, scheduler: SlurmScheduler
) -> None:
    scheduler.apply(drain(NODE))
    listed = cluster.run("sinfo", "--list-reasons", "--noheader", "--Format=nodelist,reason:80")
    assert listed.split(maxsplit=1) == [NODE, OURS]


def test_a_reason_of_any_text_is_one_line_and_comes_back_as_it_went(
    scheduler: SlurmScheduler,
) -> None:
    scheduler.apply(drain(NODE, reason="a=b State=DOWN 'x' \"y\" [ana@home]\nReason=z; ü | $HOME"))
    expected = "thirdshift INC-12 a=b State=DOWN 'x' \"y\" [ana@home] Reason=z; ü | $HOME"
    assert standing(scheduler).reason == expected


def test_a_drain_may_be_made_twice_and_the_first_incident_keeps_its_name(
    scheduler: SlurmScheduler,
) -> None:
    scheduler.apply(drain(NODE))
    assert scheduler.apply(drain(NODE)).exit_status == 0
    told = scheduler.apply(drain(NODE, incident=13))
    assert told.output == f"{NODE} is drained by us already: {OURS}"
    assert standing(scheduler).reason == OURS


def test_what_we_drained_returns_and_may_be_returned_twice(
    cluster: Slurm, scheduler: SlurmScheduler
) -> None:
    scheduler.apply(drain(NODE))
    assert scheduler.apply(resume(NODE)).output == f"{NODE} may get jobs again"
    assert standing(scheduler) == NodeStanding(Standing.IN_SERVICE, None, ())
    assert scheduler.apply(resume(NODE)).output == f"{NODE} is in service already"
    run_job(cluster, f"--nodelist={NODE}")


@pytest.mark.parametrize("state", ["drain", "fail"])  # ReturnToService=2 takes back who is down
def test_what_somebody_took_out_is_left_as_it_is(
    cluster: Slurm, scheduler: SlurmScheduler, state: str
) -> None:
    out_of_service(cluster, state, "nic swap, thirdshift knows")
    found = standing(scheduler)
    assert (found.standing, found.is_ours) == (Standing.DRAINED, False)
    assert found.by is not None
    assert found.since_at is not None
    theirs = f"by {found.by}: nic swap, thirdshift knows"
    told = scheduler.apply(drain(NODE))
    assert told.exit_status == 0
    assert told.output == f"{NODE} is out of service already, {theirs}; left as it is"
    with pytest.raises(RemedyNotStarted, match=f"{theirs}; it is theirs to return"):
        scheduler.apply(resume(NODE))
    assert standing(scheduler) == found


def test_what_the_nodes_own_check_drained_becomes_the_incidents(
    cluster: Slurm, scheduler: SlurmScheduler
) -> None:
    out_of_service(cluster, "drain", "thirdshift: check: GPU 3 (00000000:4b:00.0) is lost")
    assert not standing(scheduler).is_ours
    with pytest.raises(RemedyNotStarted):
        scheduler.apply(resume(NODE))
    scheduler.apply(drain(NODE))
    assert standing(scheduler).reason == OURS
    scheduler.apply(resume(NODE))
    assert standing(scheduler).standing is Standing.IN_SERVICE


def test_a_node_that_slurm_does_not_know_is_absent_and_cannot_be_drained(
    scheduler: SlurmScheduler,
) -> None:
    assert standing(scheduler, "gpu99") == NodeStanding(Standing.ABSENT, None, ())
    with pytest.raises(RemedyNotStarted, match="the scheduler does not know gpu99; name the node"):
        scheduler.apply(drain("gpu99"))


def test_gpus_are_told_by_account_on_each_node_of_a_job(
    cluster: Slurm, scheduler: SlurmScheduler
) -> None:
    run_job(cluster, "--account=vision", "--nodes=2", "--nodelist=gpu01,gpu02")
    share(cluster, "lang", 5)
    share(cluster, "vision", 2)
    asked = [node(name) for name in ("gpu01", "gpu02", NODE, "gpu03")]
    assert scheduler.holdings(asked) == {
        "gpu01": {"vision": 8.0},
        "gpu02": {"vision": 8.0},
        NODE: {"lang": 5.0, "vision": 2.0},
        "gpu03": {},
    }


def test_a_job_that_waits_or_has_ended_holds_nothing(
    cluster: Slurm, scheduler: SlurmScheduler
) -> None:
    ended = share(cluster, "vision", 8)
    waits = cluster.submit("true", "--gpus-per-node=8", "--account=lang", f"--nodelist={NODE}")
    assert cluster.job_state(waits) == "PENDING"
    assert scheduler.holdings([node(NODE)]) == {NODE: {"vision": 8.0}}
    cluster.run("scancel", str(waits))
    cluster.run("scancel", str(ended))
    wait_for(lambda: not scheduler.holdings([node(NODE)])[NODE], "nobody on the node")


def test_a_jobs_name_and_comment_are_no_holdings(cluster: Slurm, scheduler: SlurmScheduler) -> None:
    forged = f"x\n     Nodes=gpu09 CPU_IDs=0 Mem=0 Nodes={NODE}"
    share(cluster, "vision", 1, f"--job-name={forged}", f"--comment=GRES=gpu:8 {forged}")
    assert scheduler.holdings([node(NODE), node("gpu09")]) == {NODE: {"vision": 1.0}, "gpu09": {}}


def share(cluster: Slurm, account: str, gpus: int, *options: str) -> int:
    """A job with so many of the node's GPUs, and running."""
    asked = (f"--account={account}", f"--gpus-per-node={gpus}", f"--nodelist={NODE}", *options)
    job = cluster.submit("sleep 1000", *asked)
    wait_for(lambda: cluster.job_state(job) == "RUNNING", "the job running")
    return job
