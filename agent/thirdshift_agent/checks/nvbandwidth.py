"""Copies over PCIe and NVLink, measured by NVIDIA's `nvbandwidth`: two checks of one tool.

Its JSON holds a matrix a test case, cells as text, `N/A` for what was not measured. Versions before
0.5 know no `-j`; what they print is read as well.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from math import isfinite
from statistics import median

from thirdshift_agent.checks.check import (
    Check,
    Outcome,
    Scene,
    measured,
    untested,
    with_stragglers,
)
from thirdshift_agent.checks.finding import Finding, Status, Unit, shown
from thirdshift_agent.checks.tools import Command, Ran

TO_DEVICE, TO_HOST = "host_to_device_memcpy_ce", "device_to_host_memcpy_ce"
BETWEEN = "device_to_device_memcpy_read_ce"
GIGA = 1e9

Matrix = tuple[tuple[float | None, ...], ...]
"""Bytes per second; None where nothing was measured."""

_TITLE = re.compile(r"^Running (\w+)\.\s*$")
_ROW = re.compile(r"^\s*\d+((?:\s+(?:N/A|\d+\.\d+))+)\s*$")
_VERSION = re.compile(r"nvbandwidth [Vv]ersion:?\s*(\S+)|\"version\"\s*:\s*\"([^\"]+)\"")


def _pcie_commands(program: str, scene: Scene) -> Sequence[Command]:
    return [[program, "-j", "-t", TO_DEVICE, "-t", TO_HOST]]


def _older_pcie_commands(program: str, scene: Scene) -> Sequence[Command]:
    return [[program, "-t", TO_DEVICE, "-t", TO_HOST]]


def _read_pcie(ran: Sequence[Ran], scene: Scene) -> Outcome:
    output = ran[0].output
    found, skipped = matrices(output), waived(output)
    findings: list[Finding] = []
    for case, name in ((TO_DEVICE, "host_to_device"), (TO_HOST, "device_to_host")):
        if case in found:
            findings += _copies(name, found[case], scene)
        elif case not in skipped and found:
            findings.append(Finding(Status.UNKNOWN, f"{name}: nvbandwidth gives no result", name))
    return Outcome(tuple(findings), tuple(skipped.values()), _version(output))


def _copies(name: str, matrix: Matrix, scene: Scene) -> tuple[Finding, ...]:
    cells = matrix[0] if matrix else ()
    key = f"{name}_bytes_per_second"
    findings = [
        measured(name, gpu, cell, getattr(scene.floors.of(gpu.name), key), Unit.BYTES_PER_SECOND)
        for gpu, cell in zip(scene.gpus, cells, strict=False)
        if cell is not None
    ]
    tested = sum(cell is not None for cell in cells)
    return (*with_stragglers(findings), *untested(name, tested, scene))


def _peer_commands(program: str, scene: Scene) -> Sequence[Command]:
    return [[program, "-j", "-t", BETWEEN]]


def _older_peer_commands(program: str, scene: Scene) -> Sequence[Command]:
    return [[program, "-t", BETWEEN]]


def _read_peer(ran: Sequence[Ran], scene: Scene) -> Outcome:
    output = ran[0].output
    matrix, skipped = matrices(output).get(BETWEEN), waived(output)
    if matrix is None:
        return Outcome((), tuple(skipped.values()), _version(output))
    rows = [[cell for cell in row if cell is not None] for row in matrix]
    findings = [
        measured(
            "peer",
            gpu,
            median(row),
            scene.floors.of(gpu.name).peer_bytes_per_second,
            Unit.BYTES_PER_SECOND,
        )
        for gpu, row in zip(scene.gpus, rows, strict=False)
        if row
    ]
    judged = with_stragglers(findings)
    tested = sum(len(row) == len(scene.gpus) - 1 for row in rows)
    pairs = tuple(_weak_pairs(matrix, judged, scene))
    return Outcome((*judged, *pairs, *untested("peer", tested, scene)), (), _version(output))


def _weak_pairs(matrix: Matrix, judged: Sequence[Finding], scene: Scene) -> Iterator[Finding]:
    """One slow link between GPUs that are well with all others."""
    bad = {finding.slot for finding in judged if finding.status is not Status.OK}
    for here, row in zip(scene.gpus, matrix, strict=False):
        floor = scene.floors.of(here.name).peer_bytes_per_second
        for there, cell in zip(scene.gpus, row, strict=False):
            weak = cell is not None and floor is not None and cell < floor
            if weak and cell is not None and not {here.slot, there.slot} & bad:
                text = f"GPU {here.slot} reads GPU {there.slot} at {_shown(cell)}"
                yield Finding(Status.CRITICAL, text, "peer", here.slot, here.uuid)


def matrices(output: str) -> Mapping[str, Matrix]:
    """Return the matrix of every test case that passed, of JSON or of text."""
    cases = _cases(output)
    if cases is None:
        return _text_matrices(output)
    found = {}
    for case in cases:
        rows = case.get("bandwidth_matrix")
        if case.get("status") == "Passed" and isinstance(rows, list):
            cells = [row if isinstance(row, list) else [] for row in rows]
            found[str(case.get("name"))] = tuple(tuple(map(_cell, row)) for row in cells)
    return found


def waived(output: str) -> Mapping[str, str]:
    """Return why each test case was left out that nvbandwidth itself left out."""
    names = [str(case.get("name")) for case in _cases(output) or () if _is_waived(case)]
    return {name: f"nvbandwidth waives {name} on this node" for name in names}


def _is_waived(case: Mapping[str, object]) -> bool:
    return case.get("status") == "Waived"


def _cases(output: str) -> Sequence[Mapping[str, object]] | None:
    """The test cases of JSON; None where the output is none."""
    begin = output.find("{")
    if begin < 0:
        return None
    try:
        told = json.JSONDecoder().raw_decode(output, begin)[0]
    except (ValueError, RecursionError):
        return None
    for key in ("nvbandwidth", "testcases"):
        told = told.get(key) if isinstance(told, dict) else None
    return [case for case in told if isinstance(case, dict)] if isinstance(told, list) else []


def _text_matrices(output: str) -> Mapping[str, Matrix]:
    found: dict[str, list[tuple[float | None, ...]]] = {}
    title = None
    for line in output.splitlines():
        if named := _TITLE.match(line):
            title = named[1]
        elif title and (row := _ROW.match(line)):
            found.setdefault(title, []).append(tuple(map(_cell, row[1].split())))
    return {name: tuple(rows) for name, rows in found.items()}


def _cell(value: object) -> float | None:
    try:
        speed = float(value) if isinstance(value, str | int | float) else float("nan")
    except (ValueError, OverflowError):
        return None
    return speed * GIGA if isfinite(speed) and speed >= 0 else None


def _shown(value: float) -> str:
    return shown(value, Unit.BYTES_PER_SECOND)


def _version(output: str) -> str | None:
    told = _VERSION.search(output)
    return told and (told[1] or told[2])


PCIE = Check(
    name="pcie",
    levels=(2, 3),
    tool="nvbandwidth",
    commands=_pcie_commands,
    instead=_older_pcie_commands,
    read=_read_pcie,
    limit_seconds=120.0,
)
PEER = Check(
    name="peer",
    levels=(2, 3),
    tool="nvbandwidth",
    commands=_peer_commands,
    instead=_older_peer_commands,
    read=_read_peer,
    limit_seconds=180.0,
    gpus_needed=2,
)
