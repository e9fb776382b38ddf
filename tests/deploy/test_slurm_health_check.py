"""The health check as slurmd runs it, on a real Slurm: who is drained, and who is left alone."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from servers.process import need, wait_for
from servers.slurm import Slurm, slurm

ROOT = Path(__file__).parents[2]
SCRIPT = ROOT / "deploy" / "slurm" / "thirdshift-health-check.sh"
PAGE = ROOT / "docs" / "slurm.md"
AGENT = Path(sys.executable).with_name("thirdshift-agent")
WELL = f"{AGENT} check --backend simulated"
NODE = "gpu01"
LOST = "GPU 3 (00000000:4b:00.0) is lost"
BROKEN = ("CRITICAL: 7 GPUs answer", LOST)
DRAINED = f"thirdshift: check: {LOST}"


@dataclass(frozen=True, slots=True)
class HealthCheck:
    """The script with a configuration of its own and a `logger` that keeps what it is told."""

    folder: Path
    cluster: Slurm

    @property
    def config(self) -> Path:
        return self.folder / "health-check.conf"

    def configure(self, check: str, *settings: str) -> None:
        lines = [f'CHECK="{check}"', f"SLURM_CONF={self.cluster.configuration}"]
        lines += [f"LOCK_DIR={self.folder}", f"PATH={self.folder}:$PATH", *settings, ""]
        self.config.write_text("\n".join(lines), encoding="utf-8")

    def answer(self, *lines: str, status: int, settings: tuple[str, ...] = ()) -> None:
        """Let the check print these lines and end so."""
        printed = " ".join(f"'{line}'" for line in lines)
        check = self.program("check", f"printf '%s\\n' {printed}\nexit {status}")
        self.configure(str(check), *settings)

    def program(self, name: str, script: str) -> Path:
        path = self.folder / name
        path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
        path.chmod(0o755)
        return path

    def run(self, **environment: str) -> int:
        """Run it with as little environment as slurmd gives a HealthCheckProgram."""
        told = {"THIRDSHIFT_HEALTH_CHECK_CONF": str(self.config), "SLURMD_NODENAME": NODE}
        command = [need("dash"), str(SCRIPT)]
        done = subprocess.run(
            command, env={**told, **environment}, capture_output=True, timeout=60, check=False
        )
        assert (done.stdout, done.stderr) == (b"", b"")
        return done.returncode

    def said(self) -> str:
        log = self.folder / "said"
        return log.read_text(encoding="utf-8") if log.exists() else ""

    def node(self) -> tuple[str, str | None]:
        return self.cluster.node_state(NODE), self.cluster.reason(NODE)

    def drain_as_somebody(self, reason: str) -> None:
        self.cluster.run(
            "scontrol", "update", f"nodename={NODE}", "state=drain", f"reason={reason}"
        )


@pytest.fixture(scope="module")
def cluster() -> Iterator[Slurm]:
    with slurm(nodes=1) as cluster:
        yield cluster


@pytest.fixture
def health(cluster: Slurm, tmp_path: Path) -> Iterator[HealthCheck]:
    health = HealthCheck(tmp_path, cluster)
    health.program("logger", f'echo "$@" >> {tmp_path}/said')
    yield health
    cluster.attempt("scontrol", "update", f"nodename={NODE}", "state=resume")
    wait_for(lambda: health.node() == ("IDLE", None), "the node idle again")


def test_a_node_that_is_well_stays_and_nothing_is_said(health: HealthCheck) -> None:
    health.configure(WELL)
    assert health.run() == 0
    assert (health.node(), health.said()) == (("IDLE", None), "")


def test_a_broken_node_is_drained_with_the_worst_finding_for_a_reason(health: HealthCheck) -> None:
    health.answer(*BROKEN, "GPU 5 asks for gpu_reset", status=2)
    assert health.run() == 0
    assert health.node() == ("IDLE+DRAIN", DRAINED)
    assert f"-p daemon.err -- node {NODE}: drained: {LOST}" in health.said()


@pytest.mark.parametrize(
    ("lines", "status"),
    [
        (("WARNING: 8 GPUs answer", "GPU 3 has a row remap pending"), 1),
        (("UNKNOWN: 0 GPUs answer", "the driver shows no GPU"), 3),
        (("thirdshift-agent: no such option",), 2),
        ((), 2),
        ((), 127),
    ],
)
def test_what_is_not_known_to_be_broken_stays_and_is_told(
    health: HealthCheck, lines: tuple[str, ...], status: int
) -> None:
    health.answer(*lines, status=status)
    assert health.run(SLURM_JOB_ID="7") == 0
    assert health.node() == ("IDLE", None)
    assert health.said()


def test_a_site_may_be_stricter(health: HealthCheck) -> None:
    strict = ('DRAIN_ON="CRITICAL UNKNOWN"',)
    health.answer("UNKNOWN: 0 GPUs answer", "no driver", status=3, settings=strict)
    health.run()
    assert health.node() == ("IDLE+DRAIN", "thirdshift: check: no driver")


def test_a_wrong_command_line_drains_no_node(health: HealthCheck) -> None:
    health.configure(f"{AGENT} check --no-such-option")
    health.run()
    assert health.node() == ("IDLE", None)
    assert "not judged" in health.said()


@pytest.mark.parametrize("mistake", ["if (", "X=$NO_SUCH_NAME", "exit 3"])
def test_a_mistake_in_the_configuration_takes_no_node_out(
    health: HealthCheck, mistake: str
) -> None:
    health.config.write_text(f"{mistake}\n", encoding="utf-8")
    told = {"THIRDSHIFT_HEALTH_CHECK_CONF": str(health.config), "SLURM_JOB_ID": "7"}
    command = [need("dash"), str(SCRIPT)]
    assert subprocess.run(command, env=told, capture_output=True, check=False).returncode == 0


@pytest.mark.parametrize("resume", ["yes", "no"])
def test_what_a_person_drained_keeps_its_reason_and_stays_drained(
    health: HealthCheck, resume: str
) -> None:
    health.drain_as_somebody("Ana swaps the fans")
    for lines, status in ((BROKEN, 2), (("OK: 8 GPUs answer",), 0)):
        health.answer(*lines, status=status, settings=(f"RESUME={resume}",))
        health.run()
        assert health.node() == ("IDLE+DRAIN", "Ana swaps the fans")
    assert "left as it is" in health.said()


def test_what_the_controller_drained_is_not_the_checks_to_resume(health: HealthCheck) -> None:
    health.drain_as_somebody("thirdshift: incident 42")
    health.answer("OK: 8 GPUs answer", status=0, settings=("RESUME=yes",))
    health.run()
    assert health.node() == ("IDLE+DRAIN", "thirdshift: incident 42")


def test_a_node_that_is_down_keeps_its_reason(health: HealthCheck) -> None:
    health.cluster.run("scontrol", "update", f"nodename={NODE}", "state=down", "reason=no power")
    health.answer(*BROKEN, status=2)
    health.run()
    assert health.node() == ("DOWN", "no power")


@pytest.mark.parametrize(("resume", "state"), [("yes", "IDLE"), ("no", "IDLE+DRAIN")])
def test_what_it_drained_itself_it_resumes_where_it_may(
    health: HealthCheck, resume: str, state: str
) -> None:
    health.answer(*BROKEN, status=2)
    health.run()
    health.answer("OK: 8 GPUs answer", status=0, settings=(f"RESUME={resume}",))
    health.run()
    assert health.node()[0].startswith(state)
    assert ("resumed" in health.said()) == (resume == "yes")


def test_the_first_finding_stays_while_the_node_is_drained(health: HealthCheck) -> None:
    for finding in (LOST, "GPU 5 asks for gpu_reset"):
        health.answer("CRITICAL: 6 GPUs answer", finding, status=2)
        health.run()
    assert health.node() == ("IDLE+DRAIN", DRAINED)


def test_a_check_that_hangs_is_ended_and_takes_no_node_out(health: HealthCheck) -> None:
    hanging = f"trap '' TERM\necho $$ > {health.folder}/pid\nwhile :; do sleep 1; done"
    health.configure(str(health.program("check", hanging)), "CHECK_SECONDS=1")
    assert health.run(SLURM_JOB_ID="7") == 0
    assert health.node() == ("IDLE", None)
    pid = int((health.folder / "pid").read_text(encoding="utf-8"))
    wait_for(lambda: _has_ended(pid), "the check ended")


def test_a_check_that_judged_and_then_hangs_is_believed(health: HealthCheck) -> None:
    judged = "".join(f"echo '{line}'\n" for line in BROKEN)
    hanging = health.program("check", f"{judged}trap '' TERM\nsleep 1000")
    health.configure(str(hanging), "CHECK_SECONDS=1")
    health.run()
    assert health.node() == ("IDLE+DRAIN", DRAINED)


def test_a_check_left_behind_lets_no_other_pile_up(health: HealthCheck) -> None:
    health.answer(*BROKEN, status=2, settings=("CHECK_SECONDS=1",))
    lock = health.folder / f"thirdshift-health-check.{NODE}.lock"
    with subprocess.Popen([need("flock"), str(lock), "sleep", "1000"]) as behind:
        try:
            wait_for(lock.exists, "the lock taken")
            health.run()
        finally:
            behind.terminate()
    assert health.node() == ("IDLE", None)
    assert "does not answer" in health.said()


def test_a_controller_of_slurms_that_is_away_holds_nothing_up(health: HealthCheck) -> None:
    health.answer(*BROKEN, status=2, settings=("SLURM_CONF=/dev/null", "SLURM_SECONDS=1"))
    assert health.run(SLURM_JOB_ID="7") == 1
    assert "scontrol does not answer" in health.said()


def test_as_prolog_it_refuses_the_job_on_a_broken_node_alone(health: HealthCheck) -> None:
    health.answer(*BROKEN, status=2)
    assert health.run(SLURM_JOB_ID="7") == 1
    health.configure(WELL)
    assert health.run(SLURM_JOB_ID="7") == 0


def test_slurmd_runs_it_on_every_node_and_drains_the_broken_one(tmp_path: Path) -> None:
    program = tmp_path / "program"
    its = {"HealthCheckProgram": str(program), "HealthCheckInterval": "1"}
    its["HealthCheckNodeState"] = "ANY,CYCLE"
    with slurm(nodes=2, settings=its) as cluster:
        health = HealthCheck(tmp_path, cluster)
        health.program("logger", f'echo "$@" >> {tmp_path}/said')
        health.answer("OK: 8 GPUs answer", status=0)
        config = f"THIRDSHIFT_HEALTH_CHECK_CONF={health.config}"
        health.program("program", f"env > {tmp_path}/env.$SLURMD_NODENAME\n{config} exec {SCRIPT}")
        for node in cluster.nodes:
            wait_for((tmp_path / f"env.{node}").exists, f"a health check of {node}")
        assert {cluster.node_state(node) for node in cluster.nodes} == {"IDLE"}
        health.program("check", _broken_on(NODE))
        wait_for(lambda: health.node() == ("IDLE+DRAIN", DRAINED), "the broken node drained")
        assert cluster.node_state("gpu02") == "IDLE"


def test_a_job_is_refused_by_a_broken_node_and_waits(tmp_path: Path) -> None:
    with slurm(nodes=2, settings={"Prolog": str(tmp_path / "prolog")}) as cluster:
        health = HealthCheck(tmp_path, cluster)
        health.program("logger", f'echo "$@" >> {tmp_path}/said')
        config = f"THIRDSHIFT_HEALTH_CHECK_CONF={health.config}"
        health.program("prolog", f"{config} exec {SCRIPT}")
        health.answer(status=0)
        health.program("check", _broken_on(NODE))
        job = cluster.submit("srun true")
        wait_for(lambda: "held" in cluster.run("squeue", "--format=%r"), "the job refused")
        assert health.node() == ("IDLE+DRAIN", DRAINED)
        assert cluster.node_state("gpu02") == "IDLE"
        assert cluster.job_state(job) == "PENDING"


def test_the_page_tells_the_defaults_as_they_are() -> None:
    script, page = (path.read_text(encoding="utf-8") for path in (SCRIPT, PAGE))
    made = re.findall(r'^([A-Z_]+)="?((?<=")[^"]+|\S+)', script, re.MULTILINE)
    assert len(made) == 7
    for key, value in made:
        assert key == "PATH" or f"| `{key}` | `{value}` |" in page


def test_it_is_clean_in_the_eyes_of_shellcheck() -> None:
    done = subprocess.run([need("shellcheck"), SCRIPT], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "")


def _broken_on(node: str) -> str:
    told = "\n".join(f"echo '{line}'" for line in BROKEN)
    return f"case $SLURMD_NODENAME in {node}) {told}; exit 2;; esac\necho 'OK: 8 GPUs answer'"


def _has_ended(pid: int) -> bool:
    """Whether it is gone, or dead and not yet buried by its parent."""
    stat = Path("/proc", str(pid), "stat")
    return (
        not stat.exists() or stat.read_text(encoding="utf-8").rpartition(")")[2].split()[0] == "Z"
    )
