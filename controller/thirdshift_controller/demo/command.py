"""The demo as a command: with a terminal a console over a live site, without one the story."""

from __future__ import annotations

import logging
import os
import shutil
import signal
import subprocess
import sys
import threading
from pathlib import Path

import httpx

from thirdshift_controller.demo.errors import DemoError
from thirdshift_controller.demo.files import VISITOR
from thirdshift_controller.demo.plan import DemoPlan
from thirdshift_controller.demo.room import Crew, simulate
from thirdshift_controller.demo.site import DemoSite, demo_site
from thirdshift_controller.demo.story import Story
from thirdshift_controller.demo.trace import trace, wait_for

PATIENCE_SECONDS = 60.0
MARKER = ".thirdshift-demo"
FIRST_FAULT = "xid:64"
"""Injected when the console opens: no remote rung mends it, so the visitor has work to look at."""


def run_demo(plan: DemoPlan, folder: Path, interactive: bool, days: float = 0.0) -> int:
    """Run the demo in a folder that is emptied first; returns the exit status.

    Without a terminal it runs on until so many days of its clock have passed.
    """
    for ending in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(ending, lambda *_: sys.exit(1))  # so that the processes are stopped too
    try:
        _empty(folder)
        _tell(f"starting {plan.nodes} nodes with {plan.gpus} simulated GPUs in {folder}")
        with demo_site(plan, folder.resolve()) as site:
            _tell(f"up: every node read; 1 second here is {plan.speed / 60:.0f} minutes there")
            return _console(site) if interactive else _story(site, days)
    except (DemoError, httpx.HTTPError) as error:
        _tell(f"the demo failed: {error}")
        return 1
    except KeyboardInterrupt:
        return 130


def _empty(folder: Path) -> None:
    """Only a folder that a demo made is emptied; anybody else's is left alone."""
    marker = folder / MARKER
    try:
        if marker.exists():
            shutil.rmtree(folder)
        folder.mkdir(parents=True, exist_ok=True)
        if any(folder.iterdir()):
            raise DemoError(f"{folder} is not empty and no demo made it; name another with --dir")
        marker.touch()
    except OSError as error:
        raise DemoError(f"{folder} cannot be used: {error.strerror}") from error


def _story(site: DemoSite, days: float) -> int:
    Story(site, _tell).run()
    wait_for(site, days, _tell)
    trace(site, _tell)
    _tell("the whole loop held")
    return 0


def _console(site: DemoSite) -> int:
    logging.basicConfig(filename=site.files.folder / "crew.log")
    stop = threading.Event()
    crew = Crew(site, PATIENCE_SECONDS, stop)
    worker = threading.Thread(target=crew.run, daemon=True)
    worker.start()
    nodes = site.files.nodes
    simulate(site.files, nodes[len(nodes) // 2].name, "inject", slot=3, fault=FIRST_FAULT)
    try:
        arguments = ["--url", site.files.url, "--token-file", str(site.files.token_file(VISITOR))]
        console = [sys.executable, "-m", "thirdshift_tui", *arguments]
        return subprocess.run(
            console, env={**os.environ, **site.environment}, check=False
        ).returncode
    finally:
        stop.set()
        worker.join(5.0)


def _tell(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()
