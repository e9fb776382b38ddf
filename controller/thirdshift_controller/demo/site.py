"""The simulated site, up and running."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from thirdshift_agent.clock import VARIABLE, ScaledClock
from thirdshift_controller.demo.client import Caller
from thirdshift_controller.demo.files import PEOPLE, VISITOR, DemoFiles, write_files
from thirdshift_controller.demo.plan import DemoPlan
from thirdshift_controller.demo.processes import Child, child, free_ports, wait_until

START_SECONDS = 60.0
EVERYBODY = (*PEOPLE, VISITOR)


@dataclass(frozen=True, slots=True)
class DemoSite:
    """What a visitor needs: where the files lie, what time it is, whether all is well."""

    plan: DemoPlan
    files: DemoFiles
    clock: ScaledClock
    children: tuple[Child, ...]
    callers: Mapping[str, Caller]
    """Everybody who has a token, by name."""

    @property
    def environment(self) -> dict[str, str]:
        """What every process of the site must have in its environment."""
        return {VARIABLE: str(self.clock)}

    def check(self) -> None:
        """Raise `DemoError` if a process has died."""
        for one in self.children:
            one.check()


@contextmanager
def demo_site(plan: DemoPlan, folder: Path) -> Iterator[DemoSite]:
    """Start agents and controller; they are up and have read every node when the block begins."""
    port, *agent_ports = free_ports(1 + plan.agent_processes)
    files = write_files(folder, plan, port, agent_ports)
    clock = ScaledClock(plan.origin, time.time(), plan.speed)
    environment = {VARIABLE: str(clock)}
    with ExitStack() as stack:
        children = [
            stack.enter_context(
                child(
                    f"agents on port {agent_port}",
                    "thirdshift_agent",
                    _simulate(plan, files, agent_port),
                    folder / f"agents-{agent_port}.log",
                    environment,
                )
            )
            for agent_port in agent_ports
        ]
        serve = ("serve", "--config", str(files.config))
        log = folder / "controller.log"
        children.append(
            stack.enter_context(
                child("controller", "thirdshift_controller", serve, log, environment)
            )
        )
        callers = {name: stack.enter_context(_caller(files, name)) for name in EVERYBODY}
        site = DemoSite(plan, files, clock, tuple(children), callers)
        wait_until(lambda: _every_node_read(site), START_SECONDS, "the first look at every node")
        yield site


def _simulate(plan: DemoPlan, files: DemoFiles, port: int) -> list[str]:
    rate = plan.incidents_per_day / plan.gpus
    return [
        "simulate",
        f"--nodes-file={files.node_list(port)}",
        f"--gpus={plan.gpus_per_node}",
        f"--listen=127.0.0.1:{port}",
        f"--state-dir={files.folder / f'agents-{port}'}",
        f"--seed={plan.seed}",
        f"--interval={plan.poll_seconds}",
        f"--faults-per-gpu-day={rate:.9f}",
    ]


def _caller(files: DemoFiles, name: str) -> closing[Caller]:
    token = files.token_file(name).read_text(encoding="utf-8")
    return closing(Caller(files.url, token))


def _every_node_read(site: DemoSite) -> bool:
    site.check()
    try:
        rows = site.callers[VISITOR].floor().rows
    except httpx.HTTPError:
        return False
    return all(node.observed_at for row in rows for rack in row.racks for node in rack.nodes)
