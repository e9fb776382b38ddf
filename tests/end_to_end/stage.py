"""One real node under one real controller: NVML's ABI, a kernel log, sshd, two processes of ours.

Both can be killed with SIGKILL and started again on what they left on disk.
"""

from __future__ import annotations

import subprocess
import time
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import httpx
from pydantic import TypeAdapter

from end_to_end.serving import Processes, Serving, fast_clock
from fakes.site_files import SITE, write_site
from servers.nvml_library import NvmlLibrary
from servers.ports import free_port
from servers.process import wait_for
from servers.sshd import Sshd, sshd
from thirdshift_agent.wire import Report, Signal
from thirdshift_controller.wire import WorkOrderSummary

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


@dataclass(kw_only=True)
class Stage(Serving):
    """The node, the controller and what a test does to them."""

    library: NvmlLibrary
    sshd: Sshd
    tables: str = ""
    """More of `controller.toml`."""
    agent_port: int = field(default_factory=free_port)
    _lines: int = 0

    def __post_init__(self) -> None:
        super().__post_init__()
        site = SITE.replace("127.0.0.1:9400", f"127.0.0.1:{self.agent_port}")
        site = site.replace("127.0.0.1:22", self.sshd.address)
        controller = CONTROLLER.format(port=self.port, sshd=self.sshd) + self.tables
        write_site(self.folder, controller=controller, site=site)
        (self.folder / "kmsg").touch()
        self.agent: subprocess.Popen[bytes] | None = None

    @property
    def folder(self) -> Path:
        return self.processes.folder

    @property
    def closing(self) -> ExitStack:
        return self.processes.closing

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
        ready = f"{self.agent_url}/v1/report"
        self.agent = self.processes.start("thirdshift_agent", arguments, ready)

    def kill_agent(self) -> None:
        assert self.agent is not None
        self.agent.kill()
        self.agent.wait()

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


def open_stage(folder: Path, closing: ExitStack, tables: str = "") -> Stage:
    """A stage with nothing running but sshd; `tables` is more of `controller.toml`."""
    ssh_folder = folder / "ssh"
    ssh_folder.mkdir()
    library = NvmlLibrary(folder / "nvml")
    processes = Processes(folder, fast_clock(), closing, library.environment())
    node = closing.enter_context(sshd(ssh_folder))
    return Stage(processes, library=library, sshd=node, tables=tables)
