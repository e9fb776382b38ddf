"""A controller's process on a fast clock, and the people who call it. No node.

It can be killed with SIGKILL and started again on what it left on disk.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx

from fakes.site_files import ANA, LEAD
from servers.ports import free_port
from servers.process import answers, running, wait_for
from thirdshift_agent.clock import VARIABLE, ScaledClock
from thirdshift_controller.demo.client import Caller
from thirdshift_controller.wire import IncidentDetail, IncidentState, IncidentSummary

SPEED = 1000.0


@dataclass(frozen=True, slots=True)
class Processes:
    """Processes of ours, all on one clock; each has its log in the folder."""

    folder: Path
    clock: ScaledClock
    closing: ExitStack
    environment: Mapping[str, str]

    def start(self, module: str, arguments: list[str], ready: str) -> subprocess.Popen[bytes]:
        """Run a module of ours; it is up when a GET of `ready` succeeds."""
        command = [sys.executable, "-m", module, *arguments]
        environment = {VARIABLE: str(self.clock), **self.environment}
        log = self.folder / f"{module}.log"
        return self.closing.enter_context(
            running(command, log, lambda: answers(ready), environment)
        )


@dataclass
class Serving:
    """The controller of the folder's `controller.toml`."""

    processes: Processes
    port: int = field(default_factory=free_port)

    def __post_init__(self) -> None:
        self.lead, self.ana = self._caller(LEAD), self._caller(ANA)
        self.controller: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start_controller(self) -> None:
        arguments = ["serve", f"--config={self.processes.folder / 'controller.toml'}"]
        self.controller = self.processes.start(
            "thirdshift_controller", arguments, f"{self.url}/healthz"
        )

    def kill_controller(self) -> None:
        assert self.controller is not None
        self.controller.kill()
        self.controller.wait()

    def restart_controller(self) -> None:
        """SIGKILL, and a new life."""
        self.kill_controller()
        self.start_controller()

    def detail(self) -> IncidentDetail:
        return self.lead.incident("INC-1")

    def incident(self, *states: IncidentState) -> IncidentSummary:
        """The first incident, once it is in one of these states."""

        def look() -> IncidentSummary | None:
            try:
                found = self.detail().summary
            except httpx.HTTPError:
                return None
            return found if found.state in states else None

        return wait_for(look, f"INC-1 {' or '.join(states)}")

    def _caller(self, token: str) -> Caller:
        caller = Caller(self.url, token)
        self.processes.closing.callback(caller.close)
        return caller


def fast_clock() -> ScaledClock:
    """A thousand times as fast as the wall's, so that a soak of an hour takes seconds."""
    return ScaledClock(_next_month_by_day(datetime.now(UTC)), time.time(), SPEED)


def _next_month_by_day(now: datetime) -> datetime:
    """A weekday afternoon in the middle of next month: no test crosses a month's end.

    It lies ahead of the wall, because Prometheus takes its time from the wall and asks how long
    ago a fault was.
    """
    first = (now.replace(day=1) + timedelta(days=32)).replace(day=1)
    return first.replace(day=10, hour=15, minute=0, second=0, microsecond=0)
