"""`thirdshift-agent check`, from the parsed command line to the exit status.

A check that cannot be begun is UNKNOWN with its reason, as monitoring expects of a plug-in.
"""

from __future__ import annotations

import os
import signal
import sys
from argparse import Namespace
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import FrameType

from thirdshift_agent.checks import active
from thirdshift_agent.checks.check import Scene
from thirdshift_agent.checks.errors import CheckError
from thirdshift_agent.checks.finding import Finding, Status
from thirdshift_agent.checks.floors import Floors, read_floors
from thirdshift_agent.checks.idle import insist_on_idle
from thirdshift_agent.checks.last import keep
from thirdshift_agent.checks.lock import alone
from thirdshift_agent.checks.look import verdict
from thirdshift_agent.checks.progress import Progress
from thirdshift_agent.checks.run import Results, run_checks
from thirdshift_agent.checks.verdict import Verdict
from thirdshift_agent.clock import Clock
from thirdshift_agent.collectors.row import Readings
from thirdshift_agent.sampling.sample import Sample
from thirdshift_agent.wire import GpuPresence

TIMEOUTS = {2: 900.0, 3: 7200.0}
"""Seconds for all tests of a level together."""

RUN = Path("/run")


@dataclass(frozen=True, slots=True)
class Node:
    """The node under test and its time."""

    clock: Clock
    look: Callable[[], Sample]
    host: Callable[[], Readings]


def examine(asked: Namespace, node: Node) -> int:
    """Test the node as deep as asked, tell the verdict, return the exit status."""
    try:
        told = _verdict(asked, node)
        if asked.out is not None:
            keep(told, asked.out)
    except CheckError as error:
        told = Verdict(None, (Finding(Status.UNKNOWN, str(error), "check"),), asked.level)
    sys.stdout.write((told.encode() if asked.json else str(told)) + "\n")
    return int(told.status)


def _verdict(asked: Namespace, node: Node) -> Verdict:
    started_at = node.clock.now()
    floors = read_floors(asked.floors)
    sample = node.look()
    seen = verdict(sample, asked.gpus_expected, node.host(), _link_floor(sample, floors))
    tested = Results()
    if asked.level > 1:
        tested = _test(asked, sample, seen, floors)
    return replace(
        seen,
        level=asked.level,
        found=(*seen.found, *tested.findings),
        skipped=tuple(tested.skipped),
        tools=tested.tools,
        started_at=started_at,
        ended_at=node.clock.now(),
    )


def _link_floor(sample: Sample, floors: Floors) -> float | None:
    names = {gpu.identity.name for gpu in sample.gpus}
    return floors.of(names.pop()).link_bytes_per_second if len(names) == 1 else None


def _test(asked: Namespace, sample: Sample, seen: Verdict, floors: Floors) -> Results:
    checks = [check for check in active.ALL if asked.level in check.levels]
    if seen.status in (Status.CRITICAL, Status.UNKNOWN) and not asked.force:
        return Results(skipped=["all tests: the node is not well before them; --force runs them"])
    if not asked.force:
        insist_on_idle(sample.gpus)
    timeout_seconds = asked.timeout or TIMEOUTS[asked.level]
    progress = Progress(sys.stderr, sys.stderr.isatty())
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _stop)
    with alone(asked.state_dir or RUN):
        return run_checks(
            checks, _scene(sample, floors), timeout_seconds, _environment(os.environ), progress
        )


def _scene(sample: Sample, floors: Floors) -> Scene:
    present = [gpu.identity for gpu in sample.gpus if gpu.presence is GpuPresence.PRESENT]
    return Scene(tuple(sorted(present, key=lambda card: card.pci_address)), floors)


def _environment(inherited: Mapping[str, str]) -> Mapping[str, str]:
    """The tools' environment: all GPUs, numbered by their PCI address, words in English."""
    kept = {key: value for key, value in inherited.items() if key != "CUDA_VISIBLE_DEVICES"}
    return kept | {"CUDA_DEVICE_ORDER": "PCI_BUS_ID", "LC_ALL": "C"}


def _stop(number: int, frame: FrameType | None) -> None:
    """End the check: whatever waits for a tool ends the tool on the way out."""
    for one in (signal.SIGINT, signal.SIGTERM):
        signal.signal(one, signal.SIG_IGN)
    raise CheckError(f"stopped by {signal.Signals(number).name}; the tests were not ended")
