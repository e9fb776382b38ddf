"""Runs a controller until it is told to stop."""

from __future__ import annotations

import logging
import signal
import socket
from contextlib import ExitStack

import uvicorn

from thirdshift_agent.clock import Clock
from thirdshift_controller.bootstrap import build, lay_foundation
from thirdshift_controller.config import ConfigError, ControllerFile

CHATTERERS = {"apscheduler": logging.ERROR, "httpx": logging.WARNING}
"""They tell every run of a job, and each that was left out since the one before it still ran."""


def serve(config: ControllerFile, clock: Clock) -> None:
    """Serve the API and run the jobs; returns after SIGTERM or SIGINT."""
    for name, least in CHATTERERS.items():
        logging.getLogger(name).setLevel(least)
    with ExitStack() as closing:
        listening = closing.enter_context(_listen(config))
        controller = build(lay_foundation(config, clock, closing), closing)
        controller.jobs.start()
        closing.callback(controller.jobs.stop)
        settings = uvicorn.Config(controller.app, log_config=None, access_log=False)
        for ending in (signal.SIGTERM, signal.SIGINT):
            signal.signal(ending, lambda *_: None)  # uvicorn ends on it, then sends it once more
        uvicorn.Server(settings).run(sockets=[listening])


def _listen(config: ControllerFile) -> socket.socket:
    address = config.listen
    family = socket.AF_INET6 if ":" in address.host else socket.AF_INET
    try:
        return socket.create_server((address.host, address.port), family=family)
    except OSError as error:
        place = f"{address.host}:{address.port}"
        raise ConfigError(f"cannot listen on {place}: {error.strerror}; see --listen") from error
