"""A node with everything that stands around one: Slurm, sshd, a BMC, our agent and controller.

Slurm, sshd and the BMC are real. The node's cards are the simulated room's, and what the real
tools are made to do heals them there, so that telemetry follows.
"""

from __future__ import annotations

import sys
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import httpx

from end_to_end import mend_in_the_room
from end_to_end.serving import Processes, Serving, fast_clock
from fakes.site_files import LEAD, SITE, write_site
from servers.ipmi_bmc import PASSWORD, USER, IpmiBmc, ipmi_bmc
from servers.ports import free_port
from servers.process import wait_for
from servers.slurm import Slurm, slurm
from servers.sshd import Sshd, sshd
from thirdshift_agent.simulated import SimulatedDriver
from thirdshift_agent.simulated.healing import Remedy
from thirdshift_runbooks.catalogue import PACKAGED

NODE, GPUS, SLOT, FAULT = "gpu01", 8, 3, "xid:119"
PAGE = "GspTimeout.md"
CONTROLLER = """\
database = "sqlite:///thirdshift.db"
listen = "127.0.0.1:{port}"
[polling]
interval_seconds = 0.3
silent_after_seconds = 86400.0
workers = 2
[triage]
burst_seconds = 600.0
[catalogue]
overrides = "pages"
[evidence]
folder = "evidence"
[remedies]
mode = "act"
user = "{sshd.user}"
key_file = "{sshd.key_file}"
known_hosts_file = "{sshd.known_hosts_file}"
[scheduler]
kind = "slurm"
slurm_conf = "{slurm.configuration}"
drain_patience_seconds = 1e6
interval_seconds = 1.0
[bmc]
user = "{user}"
password_file = "bmc.password"
interval_seconds = 5.0
"""


@dataclass(kw_only=True)
class Hall(Serving):
    """The node, and what a test does to it."""

    slurm: Slurm
    sshd: Sshd
    bmc: IpmiBmc
    room: str
    """The node's URL in the simulated room."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self._write_files()
        tool = f"exec {sys.executable} {mend_in_the_room.__file__} {self.room}"
        self.sshd.behave(
            f'case "$*" in *nvidia-smi*) {tool} gpu_reset {SLOT};; *reboot) {tool} reboot;; esac'
        )
        self.bmc.on_start(f"( {tool} power_cycle )")
        self.sshd.show('echo "as root: $*"')
        for program in ("nvidia-smi", "lspci"):
            self.sshd.program(program, f'echo "{program} $*"')

    def break_a_card(self) -> None:
        """Its GPU system processor does not answer, until power is taken away."""
        body = {"slot": SLOT, "fault": FAULT}
        httpx.post(f"{self.room}/sim/inject", json=body, timeout=30.0).raise_for_status()

    def submit(self, until: Path) -> int:
        """A job on all of the node's GPUs that runs until there is such a file."""
        script = f"until test -e {until}; do sleep 0.1; done"
        job = self.slurm.submit(script, f"--gpus-per-node={GPUS}")
        wait_for(lambda: self.slurm.job_state(job) == "RUNNING", f"job {job} running")
        return job

    def call(self, method: str, path: str, **body: object) -> httpx.Response:
        """What the controller answers the lead; raises where it refuses."""
        headers = {"Authorization": f"Bearer {LEAD}"}
        url = f"{self.url}{path}"
        answer = httpx.request(method, url, headers=headers, json=body or None, timeout=30.0)
        return answer.raise_for_status()

    def _write_files(self) -> None:
        folder = self.processes.folder
        site = SITE.replace("gpu-0101", NODE).replace("http://127.0.0.1:9400", self.room)
        site = site.replace('ssh = "127.0.0.1:22"', f"{_at('ssh', self.sshd.address)}\n")
        site = site.replace("[[people]]", f"{_at('bmc', self.bmc.url)}\n[[people]]")
        places = {"port": self.port, "sshd": self.sshd, "slurm": self.slurm, "user": USER}
        write_site(folder, site=site, controller=CONTROLLER.format(**places))
        (folder / "bmc.password").touch(mode=0o600)
        (folder / "bmc.password").write_text(PASSWORD, encoding="utf-8")
        (folder / "pages").mkdir()
        shipped = (PACKAGED / PAGE).read_text(encoding="utf-8")
        ours = shipped.replace("\nparts = ", "\nrma = true\nparts = ")
        (folder / "pages" / PAGE).write_text(ours, encoding="utf-8")


def open_hall(folder: Path, closing: ExitStack) -> Hall:
    """A hall where all runs but the controller."""
    (folder / "ssh").mkdir()
    processes = Processes(folder, fast_clock(), closing, {})
    return Hall(
        processes,
        slurm=closing.enter_context(slurm(1)),
        sshd=closing.enter_context(sshd(folder / "ssh")),
        bmc=closing.enter_context(ipmi_bmc(folder / "bmc")),
        room=_start_room(processes),
    )


def _start_room(processes: Processes) -> str:
    """The simulated room; returns the URL of its node."""
    folder, port = processes.folder, free_port()
    (folder / "nodes.txt").write_text(f"{NODE}\n", encoding="utf-8")
    node = f"http://127.0.0.1:{port}/{NODE}"
    arguments = [
        "simulate",
        f"--nodes-file={folder / 'nodes.txt'}",
        f"--gpus={GPUS}",
        f"--seed={_seed(processes)}",
        f"--listen=127.0.0.1:{port}",
        f"--state-dir={folder / 'room'}",
        "--interval=0.3",
    ]
    processes.start("thirdshift_agent", arguments, f"{node}/healthz")
    return node


def _seed(processes: Processes) -> int:
    """One with which the fault outlives a reboot and not a power cycle."""
    return next(seed for seed in range(1000) if _only_power_heals(seed, processes))


def _only_power_heals(seed: int, processes: Processes) -> bool:
    driver = SimulatedDriver(NODE, GPUS, seed, processes.clock)
    driver.inject(SLOT, FAULT)
    card = driver.gpus()[SLOT].card
    driver.remedy(None, Remedy.REBOOT)
    if not card.broken:
        return False
    driver.remedy(None, Remedy.POWER_CYCLE)
    return not card.broken


def _at(key: str, address: str) -> str:
    return f'{key} = "{address}"'
