"""One real node under one real controller: NVML's ABI, a kernel log, sshd, two processes of ours.

The clock runs a thousand times as fast as the wall's, so that a soak of an hour takes seconds.
Every process can be killed with SIGKILL and started again on what it left on disk.
"""

from __future__ import annotations

import subprocess
import sys
import time
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
from pydantic import TypeAdapter

from fakes.site_files import ANA, LEAD, SITE, write_site
from servers.nvml_library import NvmlLibrary
from servers.ports import free_port
from servers.process import answers, running, wait_for
from servers.sshd import Sshd, sshd
from thirdshift_agent.clock import VARIABLE, ScaledClock
from thirdshift_agent.wire import Report, Signal
from thirdshift_controller.demo.client import Caller
from thirdshift_controller.wire import IncidentState, IncidentSummary, WorkOrderSummary

SPEED = 1000.0
NODE, GPU, PCI = "gpu-0101", 3, "0000:4b:00"
REMAP_FAILED = "field.145"
LINE = (
    f"NVRM: Xid (PCI:{PCI}): 64, pid='<unknown>', name=<unknown>, Row Remapper: Failed to remap row"
)

CONTROLLER = """\
database = "sqlite:///thirdshift.db"
listen = "127.0.0.1:{port}"
[polling]
interval_seconds = 0.3
silent_after_seconds = 7200.0
workers = 2
[triage]
burst_seconds = 600.0
[remedies]
mode = "act"
user = "{sshd.user}"
key_file = "{sshd.key_file}"
known_hosts_file = "{sshd.known_hosts_file}"
command_timeout_seconds = 30.0
"""


@dataclass
class Stage:
    """The node, the controller and what a test does to them."""

    folder: Path
    library: NvmlLibrary
    sshd: Sshd
    clock: ScaledClock
    closing: ExitStack
    tables: str = ""
    """More of `controller.toml`."""
    agent_port: int = field(default_factory=free_port)
    port: int = field(default_factory=free_port)
    _lines: int = 0

    def __post_init__(self) -> None:
        site = SITE.replace("127.0.0.1:9400", f"127.0.0.1:{self.agent_port}")
        site = site.replace("127.0.0.1:22", self.sshd.address)
        controller = CONTROLLER.format(port=self.port, sshd=self.sshd) + self.tables
        write_site(self.folder, controller=controller, site=site)
        (self.folder / "kmsg").touch()
        self.lead, self.ana = self._caller(LEAD), self._caller(ANA)
        self.agent: subprocess.Popen[bytes] | None = None
        self.controller: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def agent_url(self) -> str:
        return f"http://127.0.0.1:{self.agent_port}"

    def start_agent(self) -> None:
        arguments = [
            "run",
            f"--listen=127.0.0.1:{self.agent_port}",
            f"--state-dir={self.folder / 'agent'}",
            f"--node={NODE}",
            f"--kmsg={self.folder / 'kmsg'}",
            "--interval=0.3",
        ]
        self.agent = self._start("thirdshift_agent", arguments, f"{self.agent_url}/v1/report")

    def start_controller(self) -> None:
        arguments = ["serve", f"--config={self.folder / 'controller.toml'}"]
        self.controller = self._start("thirdshift_controller", arguments, f"{self.url}/healthz")

    def kill_agent(self) -> None:
        assert self.agent is not None
        self.agent.kill()
        self.agent.wait()

    def kill_controller(self) -> None:
        assert self.controller is not None
        self.controller.kill()
        self.controller.wait()

    def fail_remap(self) -> None:
        """What XID 64 looks like from below: NVML's event, the kernel's line, the card's flag."""
        self.library.set(REMAP_FAILED, 1, gpu=GPU)
        self.library.send_xid(GPU, 64)
        microseconds = int(time.monotonic() * 1e6)
        with (self.folder / "kmsg").open("a") as log:
            log.write(f"3,{self._lines},{microseconds},-;{LINE}\n")
        self._lines += 1

    def mend(self) -> None:
        """The card is swapped: another serial in the same slot, no flag."""
        self.library.set("card", 1, gpu=GPU)
        self.library.clear(REMAP_FAILED, gpu=GPU)

    def report(self) -> Report:
        answer = httpx.get(f"{self.agent_url}/v1/report", params={"after": 0}, timeout=5.0)
        return TypeAdapter(Report).validate_json(answer.content)

    def journalled(self) -> Signal:
        def look() -> Signal | None:
            return next((one for one in self.report().signals if one.name == "xid:64"), None)

        return wait_for(look, "xid:64 in the agent's journal")

    def incident(self, *states: IncidentState) -> IncidentSummary:
        def look() -> IncidentSummary | None:
            try:
                found = self.lead.incident("INC-1").summary
            except httpx.HTTPError:
                return None
            return found if found.state in states else None

        return wait_for(look, f"INC-1 {' or '.join(states)}")

    def order(self) -> WorkOrderSummary:
        def look() -> WorkOrderSummary | None:
            return next((one for one in self.lead.orders() if one.assignee), None)

        return wait_for(look, "an assigned work order")

    def work_through(self, order: WorkOrderSummary) -> None:
        self.ana.act(order.id, "acknowledge")
        self.ana.act(order.id, "start")
        self.mend()
        self.tick_off(order, "module swapped")

    def tick_off(self, order: WorkOrderSummary, note: str) -> None:
        """Every step of a started order, then the order."""
        for step in self.ana.order(order.id).steps:
            self.ana.act(order.id, f"steps/{step.number}", done=True)
        self.ana.act(order.id, "close", note=note)

    def _caller(self, token: str) -> Caller:
        caller = Caller(self.url, token)
        self.closing.callback(caller.close)
        return caller

    def _start(self, module: str, arguments: list[str], ready: str) -> subprocess.Popen[bytes]:
        environment = {VARIABLE: str(self.clock), **self.library.environment()}
        command = [sys.executable, "-m", module, *arguments]
        log = self.folder / f"{module}.log"
        return self.closing.enter_context(
            running(command, log, lambda: answers(ready), environment)
        )


def next_month_by_day(now: datetime) -> datetime:
    """A weekday afternoon in the middle of next month: no test crosses a month's end.

    It lies ahead of the wall, because Prometheus takes its time from the wall and asks how long
    ago a fault was.
    """
    first = (now.replace(day=1) + timedelta(days=32)).replace(day=1)
    return first.replace(day=10, hour=15, minute=0, second=0, microsecond=0)


def open_stage(folder: Path, closing: ExitStack, tables: str = "") -> Stage:
    """A stage with nothing running but sshd; `tables` is more of `controller.toml`."""
    ssh_folder = folder / "ssh"
    ssh_folder.mkdir()
    clock = ScaledClock(next_month_by_day(datetime.now(UTC)), time.time(), SPEED)
    node = closing.enter_context(sshd(ssh_folder))
    return Stage(folder, NvmlLibrary(folder / "nvml"), node, clock, closing, tables)
