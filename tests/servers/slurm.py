"""A real Slurm on one machine: a slurmctld and as many slurmd as there are nodes, eight GPUs each.

Its GPUs are device files that every machine has, so jobs are scheduled and told their GPUs as in
earnest. It has no munge and no cgroups: who speaks is taken on trust, processes are tracked by
group.
"""

from __future__ import annotations

import getpass
import os
import platform
import re
import signal
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from servers.ports import free_ports
from servers.process import need, running, wait_for

GPUS = 8
CONTROLLER = "slurmctld"
PARTITION = "main"
SETTINGS = {
    "AuthType": "auth/none",
    "CredType": "cred/none",
    "ProctrackType": "proctrack/pgid",
    "TaskPlugin": "task/none",
    "JobAcctGatherType": "jobacct_gather/none",
    "MpiDefault": "none",
    "SelectType": "select/cons_tres",
    "SelectTypeParameters": "CR_Core",
    "SlurmdParameters": "config_overrides",
    "GresTypes": "gpu",
    "ReturnToService": "2",
    "SlurmdTimeout": "30",
    "KillWait": "1",
}
_NODE = "CPUs=8 Boards=1 SocketsPerBoard=1 CoresPerSocket=8 RealMemory=4000 Gres=gpu:h100:8"
_OTHERS_MAY_WRITE = 0o1777
_OTHERS_MAY_PASS = 0o755


@dataclass(frozen=True, slots=True)
class Slurm:
    """A cluster that runs."""

    folder: Path
    nodes: tuple[str, ...]
    _daemons: ExitStack
    _processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    @property
    def configuration(self) -> Path:
        """Its slurm.conf."""
        return self.folder / "slurm.conf"

    def environment(self) -> dict[str, str]:
        """What a process needs in its environment so that Slurm's commands speak to this one."""
        return {"SLURM_CONF": str(self.configuration)}

    def run(self, command: str, *arguments: str) -> str:
        """What one of Slurm's commands prints; the test fails where the command does."""
        done = self.attempt(command, *arguments)
        assert done.returncode == 0, f"{command} {' '.join(arguments)}: {done.stderr}"
        return done.stdout.strip()

    def attempt(self, command: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run one of Slurm's commands, whatever comes of it."""
        return subprocess.run(
            [need(command), *arguments],
            env={**os.environ, **self.environment()},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    def submit(self, script: str, *options: str) -> int:
        """Queue the lines of a shell script as a batch job; returns its id."""
        output = f"--output={self.output('%j')}"
        told = self.run("sbatch", "--parsable", output, *options, f"--wrap={script}")
        return int(told)

    def output(self, job: int | str) -> Path:
        """Where what a batch job prints goes."""
        return self.folder / "jobs" / f"{job}.out"

    def job_state(self, job: int) -> str:
        """`PENDING`, `RUNNING`, `COMPLETED` and so on."""
        return self._field("job", str(job), "JobState")

    def node_state(self, node: str) -> str:
        """`IDLE`, `IDLE+DRAIN`, `ALLOCATED+DRAIN`, `DOWN*` and so on."""
        return self._field("node", node, "State")

    def reason(self, node: str) -> str | None:
        """Why a node is out of service, without who said so and when; None where nobody did."""
        told = self.run("scontrol", "show", "node", node)
        found = re.search(r"^ *Reason=(.*?)(?: \[\S+@\S+\])?$", told, re.MULTILINE)
        return found[1] if found else None

    def log(self, daemon: str) -> str:
        """What `slurmctld`, or the slurmd of a node by the node's name, has written so far."""
        return (self.folder / f"{daemon}.log").read_text(encoding="utf-8", errors="replace")

    def start(self, daemon: str) -> None:
        """Start `slurmctld`, or the slurmd of a node by the node's name.

        They write logs of their own; what they print goes elsewhere.
        """
        command = ["slurmctld", "-D"] if daemon == CONTROLLER else ["slurmd", "-D", "-N", daemon]
        printed = self.folder / "printed.log"
        process = running(command, printed, lambda: True, self.environment())
        self._processes[daemon] = self._daemons.enter_context(process)

    def kill(self, daemon: str) -> None:
        """End one at once, as a machine that dies does."""
        self._processes[daemon].kill()
        self._processes[daemon].wait()

    @contextmanager
    def frozen(self, daemon: str) -> Iterator[None]:
        """Let one answer nothing until the block ends."""
        self._processes[daemon].send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self._processes[daemon].send_signal(signal.SIGCONT)

    def stop_nodes(self) -> None:
        """Tell every slurmd to stop, before any of them is waited for."""
        for node in self.nodes:
            self._processes[node].terminate()

    def _field(self, kind: str, name: str, key: str) -> str:
        told = self.run("scontrol", "--oneliner", "show", kind, name)
        found = re.search(rf"\b{key}=(\S+)", told)
        assert found, told
        return found[1]


@contextmanager
def slurm(nodes: int = 4, settings: Mapping[str, str] | None = None) -> Iterator[Slurm]:
    """Run one with idle nodes `gpu01`, `gpu02`, ... until the block ends.

    `settings` are lines of slurm.conf that stand in place of the usual ones. The folder has a short
    path of its own, because slurmd's sockets lie below it, and lets other users' jobs in.
    """
    with (
        TemporaryDirectory(prefix="slurm-") as folder,
        ExitStack() as daemons,
        ExitStack() as stack,
    ):
        names = tuple(f"gpu{n:02d}" for n in range(1, nodes + 1))
        cluster = Slurm(Path(folder), names, daemons)
        _configure(cluster, settings or {})
        for daemon in (CONTROLLER, *names):
            cluster.start(daemon)
        stack.callback(cluster.stop_nodes)
        stack.callback(_end_jobs, cluster)
        wait_for(lambda: _all_idle(cluster), "every node of Slurm idle")
        yield cluster


def _all_idle(cluster: Slurm) -> bool:
    told = cluster.attempt("sinfo", "--noheader", "--states=idle", "--responding", "--format=%D")
    return told.stdout.strip() == str(len(cluster.nodes))


def _end_jobs(cluster: Slurm) -> None:
    """Cancel what runs, or its steps would live on without their slurmd."""
    for state in ("PENDING", "RUNNING", "SUSPENDED"):
        cluster.attempt("scancel", f"--state={state}")
    wait_for(lambda: not cluster.run("squeue", "--noheader"), "no job left", 20.0)


def _configure(cluster: Slurm, settings: Mapping[str, str]) -> None:
    folder, host, user = cluster.folder, platform.node(), getpass.getuser()
    port, *ports = free_ports(1 + len(cluster.nodes))
    places = {
        "ClusterName": "test",
        "SlurmctldHost": f"{host}(127.0.0.1)",
        "SlurmctldPort": str(port),
        "SlurmUser": user,
        "SlurmdUser": user,
        "StateSaveLocation": str(folder / "state"),
        "SlurmdSpoolDir": str(folder / "%n"),
        "SlurmctldPidFile": str(folder / "slurmctld.pid"),
        "SlurmdPidFile": str(folder / "%n.pid"),
        "SlurmctldLogFile": str(folder / "slurmctld.log"),
        "SlurmdLogFile": str(folder / "%n.log"),
    }
    lines = [f"{key}={value}" for key, value in {**places, **SETTINGS, **settings}.items()]
    lines += [
        f"NodeName={node} NodeAddr=127.0.0.1 NodeHostname={host} Port={its} {_NODE}"
        for node, its in zip(cluster.nodes, ports, strict=True)
    ]
    lines += [f"PartitionName={PARTITION} Nodes=ALL Default=YES MaxTime=INFINITE State=UP", ""]
    cluster.configuration.write_text("\n".join(lines), encoding="utf-8")
    gpus = f"Name=gpu Type=h100 File=/dev/tty[1-{GPUS}]\n"
    (folder / "gres.conf").write_text(gpus, encoding="utf-8")
    folder.chmod(_OTHERS_MAY_PASS)
    (folder / "jobs").mkdir()
    (folder / "jobs").chmod(_OTHERS_MAY_WRITE)
