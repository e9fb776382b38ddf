"""What each command does, from the parsed command line to the exit status."""

from __future__ import annotations

import logging
import os
import re
import sys
from argparse import Namespace
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path

from thirdshift_agent.agent import Agent, OpenDriver
from thirdshift_agent.clock import Clock, ClockError, SystemClock, clock_from
from thirdshift_agent.collectors import gpu as collectors
from thirdshift_agent.collectors.host.collector import Roots
from thirdshift_agent.collectors.host.supervisor import HostWatch
from thirdshift_agent.collectors.row import Readings
from thirdshift_agent.credential_files import CredentialError
from thirdshift_agent.daemon import Daemon
from thirdshift_agent.frugal import be_frugal
from thirdshift_agent.inject.errors import InjectError
from thirdshift_agent.journal.segments import JournalError
from thirdshift_agent.logs import log_to_stderr
from thirdshift_agent.nvml import NvmlDriver
from thirdshift_agent.page.textfile import TextFile
from thirdshift_agent.room import Room, RoomPlan, introduce
from thirdshift_agent.sampling.identity import IdentityBook
from thirdshift_agent.sampling.reading import WatchedReader
from thirdshift_agent.sampling.sampler import Sampler, Watches
from thirdshift_agent.script import ScriptError, Stage, read_script
from thirdshift_agent.serving import doors, room_routes, routes
from thirdshift_agent.serving.control_client import NoAgentError, ask
from thirdshift_agent.serving.maintenance_routes import PATH
from thirdshift_agent.serving.server import ListenError
from thirdshift_agent.settings import Settings
from thirdshift_agent.simulated import ScheduledFault, SimulatedDriver
from thirdshift_agent.state import StateError, claim

KERNEL_LOG = Path("/dev/kmsg")
SEED = 1
NODE_CONNECTIONS = 64
ROOM_CONNECTIONS = 1024
"""A controller and a Prometheus may each keep a connection to every node of the room."""

_NODE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,62}")


class NodesFileError(ValueError):
    """The list of nodes cannot be used; the text says why and what mends it."""


class HostRootError(ValueError):
    """The node's files cannot be there; the text says why and what mends it."""


REFUSALS = (
    InjectError,
    ClockError,
    CredentialError,
    HostRootError,
    JournalError,
    ListenError,
    NoAgentError,
    NodesFileError,
    doors.OptionError,
    ScriptError,
    StateError,
)
"""What ends a command with exit status 2 and its own sentence."""


def run(asked: Namespace) -> int:
    """Watch this node until SIGTERM or SIGINT."""
    be_frugal()
    log_to_stderr()
    clock, simulated = clock_from(os.environ), asked.backend == "simulated"
    settings = Settings(
        node=asked.node,
        state=asked.state_dir,
        clock=clock,
        interval_seconds=asked.interval,
        gpus_expected=asked.gpus_expected,
        kernel_log=asked.kmsg or (None if simulated else KERNEL_LOG),
        roots=_roots(asked),
        last_check=asked.last_check,
        dcgm_names=asked.dcgm_names,
    )
    open_driver = _simulated_driver(asked, clock) if simulated else _nvml_driver(asked)
    claim(settings.state)
    book = _identities(settings.state)
    if simulated:
        introduce(book, SimulatedDriver(asked.node, asked.gpus, SEED, clock))
    agent = Agent(settings, book, open_driver, WatchedReader())
    handle = partial(routes.answer, agent)
    port = doors.port(asked, handle, NODE_CONNECTIONS, agent.heed)
    doors.serve([port, *doors.control(agent)], Daemon(agent, _text_file(asked, agent)))
    return 0


def check(asked: Namespace) -> int:
    """Test this node, as deep as asked, and judge what is found."""
    # the daemon loads nothing that could execute a program
    from thirdshift_agent.checks.command import Node, examine

    log_to_stderr(logging.CRITICAL)
    clock = clock_from(os.environ)
    simulated = asked.backend == "simulated"
    driver = SimulatedDriver("here", asked.gpus, SEED, clock) if simulated else NvmlDriver()
    book = IdentityBook()
    if asked.state_dir is not None:
        book.remember(_identities(asked.state_dir).all())
    sampler = Sampler(driver, clock, book, WatchedReader(), Watches.nobody())
    return examine(asked, Node(clock, sampler.sample_once, partial(_host_readings, asked)))


def simulate(asked: Namespace) -> int:
    """Serve a room of simulated nodes until SIGTERM or SIGINT."""
    log_to_stderr()
    clock, names = clock_from(os.environ), _node_names(asked.nodes_file)
    plan = RoomPlan(
        nodes=names,
        gpus=asked.gpus,
        state=asked.state_dir,
        clock=clock,
        seed=asked.seed,
        interval_seconds=asked.interval,
        faults_per_gpu_day=asked.faults_per_gpu_day,
        script=_script(asked, names, clock),
    )
    claim(plan.state)
    room = Room(plan)
    doors.serve([doors.port(asked, partial(room_routes.answer, room), ROOM_CONNECTIONS)], room)
    return 0


def release(asked: Namespace) -> int:
    """Have the agent here let go of the driver for a while."""
    body = {"release": True, "reason": asked.reason, "seconds": asked.seconds}
    status, told = ask(asked.state_dir, "POST", PATH, body)
    if status != 200:
        sys.stderr.write(f"thirdshift-agent: the driver is not released: {told['error']}\n")
        return 1
    sys.stdout.write(f"the driver is released until {told['until_at']}: {told['reason']}\n")
    return 0


def resume(asked: Namespace) -> int:
    """Have the agent here ask the driver again."""
    status, told = ask(asked.state_dir, "POST", PATH, {"release": False})
    if status != 200:
        sys.stderr.write(f"thirdshift-agent: the driver is not asked again: {told['error']}\n")
        return 1
    sys.stdout.write("the agent asks the driver again\n")
    return 0


def _host_readings(asked: Namespace) -> Readings:
    roots = _roots(asked)
    if roots is None:
        return {}
    watch = HostWatch(SystemClock(), roots=roots)
    watch.look()
    return watch.readings()


def _roots(asked: Namespace) -> Roots | None:
    """Where the node's own files are; a simulated node has none unless it is given some."""
    if asked.host_root is not None:
        if not os.path.isdir(asked.host_root):
            raise HostRootError(
                f"--host-root {asked.host_root} is no folder; name the one that sys and proc are in"
            )
        return Roots.below(asked.host_root)
    return None if asked.backend == "simulated" else Roots()


def inject(asked: Namespace) -> int:
    """Break something on purpose."""
    # what a node runs has no use for it
    from thirdshift_agent.inject.command import inject as act

    return act(asked)


def _identities(state: Path) -> IdentityBook:
    return IdentityBook(state / "identities.json")


def _nvml_driver(asked: Namespace) -> OpenDriver:
    if asked.script is not None:
        raise ScriptError("--script breaks simulated GPUs only; add --backend simulated")
    return lambda hear: NvmlDriver(collectors.chosen(asked.activity))


def _simulated_driver(asked: Namespace, clock: Clock) -> OpenDriver:
    script = _script(asked, (asked.node,), clock).get(asked.node, ())
    return lambda hear: SimulatedDriver(
        asked.node,
        asked.gpus,
        SEED,
        clock,
        hear,
        script=script,
        with_activity=asked.activity,
    )


def _script(
    asked: Namespace, names: Sequence[str], clock: Clock
) -> Mapping[str, Sequence[ScheduledFault]]:
    if asked.script is None:
        return {}
    return read_script(asked.script, Stage(names, asked.gpus, clock.now()))


def _node_names(path: Path) -> Sequence[str]:
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except OSError as error:
        raise NodesFileError(
            f"{path}: {error.strerror}; name a file that can be read with --nodes-file"
        ) from error
    except ValueError as error:
        raise NodesFileError(f"{path}: {error}; write one node's name a line") from error
    names = tuple(name for line in lines if (name := line.strip()))
    for number, name in enumerate(names, start=1):
        if not _NODE_NAME.fullmatch(name):
            raise NodesFileError(
                f"{path}: name {number}, {name!r}: use letters, digits, dot, dash and underscore"
            )
    if not names or len(set(names)) < len(names):
        raise NodesFileError(f"{path}: name at least one node, and none of them twice")
    return names


def _text_file(asked: Namespace, agent: Agent) -> TextFile | None:
    if asked.textfile is None:
        return None
    file = TextFile(asked.textfile)
    agent.heed(file.problems)
    return file
