"""Deaths of a real Slurm: of a node, of a GPU, of slurmctld; and who may not drain."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from fakes.orders import drain, resume
from fakes.site import node
from servers.process import need, wait_for
from servers.slurm import CONTROLLER, Slurm, slurm
from thirdshift_controller.adapters.slurm import SlurmScheduler
from thirdshift_controller.adapters.slurm_commands import SlurmCommands
from thirdshift_controller.intake.schedule import (
    NodeStanding,
    SchedulerSilent,
    SchedulerUnreachable,
    Standing,
)
from thirdshift_controller.remedies.port import RemedyNotStarted

IMPATIENT = {"SlurmdTimeout": "4", "MessageTimeout": "2", "TCPTimeout": "1"}
NODE = "gpu02"


@pytest.fixture
def cluster() -> Iterator[Slurm]:
    with slurm(nodes=2, settings=IMPATIENT) as cluster:
        yield cluster


@pytest.fixture
def scheduler(cluster: Slurm) -> SlurmScheduler:
    return SlurmScheduler(SlurmCommands(cluster.configuration, None, 20.0))


def standing(scheduler: SlurmScheduler) -> NodeStanding:
    return scheduler.standings([node("gpu01"), node(NODE)])[NODE]


def test_a_configuration_that_is_none_is_told_with_its_key(tmp_path: Path) -> None:
    (tmp_path / "slurm.conf").write_text("not Slurm's\n")
    need("scontrol")
    commands = SlurmCommands(tmp_path / "slurm.conf", None, 20.0)
    expected = "^scontrol: fatal: .* configuration file; name slurm.conf with slurm_conf$"
    with pytest.raises(SchedulerUnreachable, match=expected):
        commands.run("scontrol", "show", "node")


def _is_up(cluster: Slurm, job: int) -> bool:
    """A job whose script never began is queued again by Slurm, whatever it was told."""
    output = cluster.output(job)
    return output.exists() and "up" in output.read_text()


def test_a_node_that_dies_is_down_and_its_requeued_job_is_no_longer_there(
    cluster: Slurm, scheduler: SlurmScheduler
) -> None:
    again, never = (
        cluster.submit("echo up; sleep 1000", "--gpus-per-node=2", f"--nodelist={NODE}", option)
        for option in ("--requeue", "--no-requeue")
    )
    both = (str(again), str(never))
    wait_for(lambda: set(standing(scheduler).jobs) == {*both}, "both jobs on the node")
    wait_for(lambda: all(_is_up(cluster, job) for job in (again, never)), "both scripts begun")
    cluster.kill(NODE)
    wait_for(lambda: standing(scheduler).standing is Standing.DOWN, "the node down")
    found = standing(scheduler)
    assert (found.reason, found.jobs) == ("Not responding", ())
    assert cluster.job_state(again) == "PENDING"
    assert cluster.job_state(never) == "NODE_FAIL"


def test_a_dead_node_is_drained_so_that_it_gets_no_job_when_it_comes_back(
    cluster: Slurm, scheduler: SlurmScheduler
) -> None:
    cluster.kill(NODE)
    wait_for(lambda: standing(scheduler).standing is Standing.DOWN, "the node down")
    scheduler.apply(drain(NODE))
    found = standing(scheduler)
    assert (found.standing, found.is_ours) == (Standing.DRAINED, True)
    cluster.start(NODE)
    wait_for(lambda: cluster.node_state(NODE) == "IDLE+DRAIN", "the node back")
    assert standing(scheduler).is_ours
    scheduler.apply(resume(NODE))
    wait_for(lambda: cluster.node_state(NODE) == "IDLE", "the node in service")


def test_a_node_that_slurm_gives_up_under_our_drain_stays_drained_and_ours(
    cluster: Slurm, scheduler: SlurmScheduler
) -> None:
    scheduler.apply(drain(NODE))
    cluster.kill(NODE)
    wait_for(lambda: "DOWN" in cluster.node_state(NODE), "the node down")
    found = standing(scheduler)
    assert (found.standing, found.is_ours) == (Standing.DRAINED, True)


def test_a_node_that_comes_up_with_a_gpu_less_is_out_by_slurms_own_hand(
    cluster: Slurm, scheduler: SlurmScheduler
) -> None:
    gpus = "NodeName={} Name=gpu Type=h100 File=/dev/tty[1-{}]\n"
    text = gpus.format("gpu01", 8) + gpus.format(NODE, 7)
    (cluster.folder / "gres.conf").write_text(text, encoding="utf-8")
    cluster.kill(NODE)
    cluster.start(NODE)
    wait_for(lambda: standing(scheduler).standing is Standing.DRAINED, "the node out")
    found = standing(scheduler)
    assert found.reason == "gres/gpu count reported lower than configured (7 < 8)"
    with pytest.raises(RemedyNotStarted, match="it is theirs to return"):
        scheduler.apply(resume(NODE))


def test_without_slurmctld_nothing_is_known_and_nothing_done(
    cluster: Slurm, scheduler: SlurmScheduler
) -> None:
    cluster.kill(CONTROLLER)
    expected = "scontrol: .*Unable to contact slurm controller.*; is slurmctld up?"
    with pytest.raises(SchedulerUnreachable, match=expected):
        standing(scheduler)
    with pytest.raises(RemedyNotStarted, match=expected):
        scheduler.apply(drain(NODE))
    cluster.start(CONTROLLER)
    wait_for(lambda: "IDLE" in cluster.node_state(NODE), "slurmctld back")
    assert standing(scheduler).standing is Standing.IN_SERVICE


def test_a_slurmctld_that_hangs_is_not_waited_for(cluster: Slurm) -> None:
    hurried = SlurmScheduler(SlurmCommands(cluster.configuration, None, 0.2))
    with (
        cluster.frozen(CONTROLLER),
        pytest.raises(SchedulerSilent, match="scontrol: no answer within"),
    ):
        standing(hurried)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can be somebody else for a moment")
def test_a_user_who_may_not_drain_is_told_what_mends_it(cluster: Slurm, tmp_path: Path) -> None:
    for command in ("scontrol", "squeue"):
        somebody = f"exec setpriv --reuid=65534 --regid=65534 --clear-groups {need(command)}"
        (tmp_path / command).write_text(f'#!/bin/sh\n{somebody} "$@"\n', encoding="utf-8")
        (tmp_path / command).chmod(0o755)
    scheduler = SlurmScheduler(SlurmCommands(cluster.configuration, tmp_path, 20.0))
    with pytest.raises(RemedyNotStarted, match="Invalid user id; let the controller run as Slurm"):
        scheduler.apply(drain(NODE))
    assert standing(scheduler).standing is Standing.IN_SERVICE


def test_commands_that_are_not_there_are_told_as_such(cluster: Slurm, tmp_path: Path) -> None:
    scheduler = SlurmScheduler(SlurmCommands(cluster.configuration, tmp_path, 20.0))
    with pytest.raises(SchedulerUnreachable, match=r"cannot be run: .*; install Slurm's client"):
        standing(scheduler)


def test_filters_of_a_login_shell_hide_no_job(
    cluster: Slurm, scheduler: SlurmScheduler, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SQUEUE_USERS", "nobody")
    monkeypatch.setenv("SQUEUE_FORMAT", "%u")
    job = cluster.submit("sleep 1000", f"--nodelist={NODE}")
    wait_for(lambda: standing(scheduler).jobs == (str(job),), "the job seen")
