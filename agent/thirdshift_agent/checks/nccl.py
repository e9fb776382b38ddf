"""An all-reduce over all GPUs of the node, by `all_reduce_perf` of nccl-tests.

A row ends with time, algbw, busbw and wrong values, twice: out of place and in place. The two lines
at the end say that it ended and whether what came out was right. Other versions print other columns
before these.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from thirdshift_agent.checks.check import Check, Commands, Outcome, Scene
from thirdshift_agent.checks.finding import Finding, Status, Unit, shown
from thirdshift_agent.checks.tools import Command, Ran

GIGA = 1e9
_ROW = re.compile(r"^\s*(\d+)\s+\d+\s+[a-z]\w*\s+\w+\s.*$")
_WRONG = re.compile(r"^#?\s*Out of bounds values\s*:\s*(\d+)\s+(OK|FAILED)", re.MULTILINE)
_ENDED = re.compile(r"^#?\s*Avg bus bandwidth\s*:\s*\d", re.MULTILINE)
_VERSION = re.compile(r"nccl-tests version (\S+)")


def read_all_reduce(ran: Sequence[Ran], scene: Scene) -> Outcome:
    """Read what nccl-tests printed; the bus bandwidth is that of the largest size."""
    output = ran[0].output
    wrong, speed, version = _WRONG.search(output), _largest(output), _VERSION.search(output)
    findings = []
    if wrong and (wrong[2] == "FAILED" or int(wrong[1])):
        text = f"all_reduce: {wrong[1]} values came out wrong"
        findings.append(Finding(Status.CRITICAL, text, "all_reduce"))
    if wrong and speed is not None and _ENDED.search(output):
        findings.append(_judged(speed, scene))
    return Outcome(tuple(findings), version=version and version[1])


def _judged(speed: float, scene: Scene) -> Finding:
    unit = Unit.BYTES_PER_SECOND
    models = {gpu.name for gpu in scene.gpus}
    known = scene.floors.of(min(models))
    fits = len(models) == 1 and known.all_reduce_gpus == len(scene.gpus)
    floor = known.all_reduce_bytes_per_second if fits else None
    beside = f"no floor of {len(scene.gpus)} {min(models)} is known"
    if floor is not None:
        beside = f"floor {shown(floor, unit)}"
    return Finding(
        Status.CRITICAL if floor is not None and speed < floor else Status.OK,
        f"all_reduce: {shown(speed, unit)} bus bandwidth, {beside}",
        "all_reduce",
        measured=speed,
        floor=floor,
        unit=unit,
    )


def _largest(output: str) -> float | None:
    """The mean of both bus bandwidths in the row of the largest size, in bytes per second."""
    rows = {}
    for line in output.splitlines():
        words = line.split()
        if (shape := _ROW.match(line)) and len(words) >= 12:
            try:
                rows[int(shape[1])] = (float(words[-2]) + float(words[-6])) / 2 * GIGA
            except ValueError:
                continue
    return rows[max(rows)] if rows and 0 <= rows[max(rows)] < float("inf") else None


def _of(first: str, last: str, rounds: int) -> Commands:
    def commands(program: str, scene: Scene) -> Sequence[Command]:
        sizes = ["-b", first, "-e", last, "-f", "2", "-n", str(rounds), "-c", "1"]
        return [[program, *sizes, "-g", str(len(scene.gpus))]]

    return commands


SHORT = Check("all_reduce", (2,), "all_reduce_perf", _of("8G", "8G", 5), read_all_reduce, 120.0, 2)
LONG = Check("all_reduce", (3,), "all_reduce_perf", _of("1M", "16G", 20), read_all_reduce, 900.0, 2)
