"""Our own burn-in of every GPU at once, where the node has the CUDA runtime and cuBLAS.

A child process a GPU multiplies matrices and, at level 3, writes and reads all memory. Here its
words are judged and the GPUs compared: in speed, and in what the same product came to.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from math import isfinite

from thirdshift_agent.checks.check import (
    Check,
    Commands,
    Outcome,
    Scene,
    measured,
    with_stragglers,
)
from thirdshift_agent.checks.finding import Finding, Status, Unit
from thirdshift_agent.checks.tools import Command, Ran
from thirdshift_agent.wire import GpuIdentity

CHILD = "thirdshift_agent.checks.gemm"
GIB = 1024**3

Told = Mapping[str, object]


def read_burn_in(ran: Sequence[Ran], scene: Scene) -> Outcome:
    """Read one child's JSON a GPU."""
    told = [_told(one.output) for one in ran]
    missing = next((str(one["missing"]) for one in told if "missing" in one), None)
    if missing:
        return Outcome(skipped=(missing,))
    findings, rates = list[Finding](), list[Finding]()
    for gpu, one, child in zip(scene.gpus, told, ran, strict=True):
        compute, rate = one.get("compute"), _number(one.get("compute"), "rate")
        if not isinstance(compute, dict) or rate is None:
            reason = one.get("error", child.reason or child.last_words)
            findings.append(_finding(gpu, "gemm", Status.UNKNOWN, f"failed: {reason}"))
            continue
        rates.append(measured("gemm", gpu, rate, None, Unit.FLOPS))
        findings += [*_wrong_products(gpu, compute), *_wrong_memory(gpu, one.get("memory"))]
    versions = next((str(one["versions"]) for one in told if "versions" in one), None)
    odd = _odd_products(scene, told)
    return Outcome((*findings, *odd, *with_stragglers(rates)), version=versions)


def _wrong_products(gpu: GpuIdentity, compute: Told) -> Iterator[Finding]:
    wrong, rounds = _number(compute, "wrong_rounds"), _number(compute, "rounds")
    if wrong is None or not rounds:
        yield _finding(gpu, "gemm", Status.UNKNOWN, "tells no rounds")
    elif wrong:
        text = f"{wrong:.0f} of {rounds:.0f} products differ from the first of the same matrices"
        yield _finding(gpu, "gemm", Status.CRITICAL, text)


def _wrong_memory(gpu: GpuIdentity, memory: object) -> Iterator[Finding]:
    if memory is None:
        return
    size, wrong = _number(memory, "tested_bytes"), _number(memory, "wrong_chunks")
    if not size or wrong is None or not isinstance(memory, dict):
        yield _finding(gpu, "memory", Status.UNKNOWN, "none could be tested")
    elif wrong:
        yield _finding(gpu, "memory", Status.CRITICAL, str(memory.get("first_wrong")))
    else:
        yield _finding(gpu, "memory", Status.OK, f"{size / GIB:.1f} GiB gave back every pattern")


def _odd_products(scene: Scene, told: Sequence[Told]) -> Iterator[Finding]:
    """GPUs whose first product is not what most of their model make of the same matrices."""
    sums = {
        gpu: compute.get("checksum")
        for gpu, one in zip(scene.gpus, told, strict=True)
        if isinstance(compute := one.get("compute"), dict)
    }
    for model in {gpu.name for gpu in sums}:
        alike = {gpu: str(value) for gpu, value in sums.items() if gpu.name == model}
        (common, votes), *_ = Counter(alike.values()).most_common()
        for gpu, value in alike.items():
            if value != common or votes * 2 <= len(alike) != 1:
                text = "its product is not that of the node's other GPUs"
                yield _finding(gpu, "gemm", Status.CRITICAL, text)


def _finding(gpu: GpuIdentity, check: str, status: Status, text: str) -> Finding:
    told = f"GPU {gpu.slot} ({gpu.pci_address}) {check}: {text}"
    return Finding(status, told, check, gpu.slot, gpu.uuid)


def _told(output: str) -> Told:
    try:
        told = json.loads(output)
    except (ValueError, RecursionError):
        return {}
    return told if isinstance(told, dict) else {}


def _number(told: object, key: str) -> float | None:
    value = told.get(key) if isinstance(told, dict) else None
    if not isinstance(value, int | float) or isinstance(value, bool):
        return None
    return float(value) if abs(value) < 1e300 and isfinite(value) and value >= 0 else None


def _of(seconds: float, *options: str) -> Commands:
    def commands(program: str, scene: Scene) -> Sequence[Command]:
        child = [program, "-P", "-m", CHILD, f"--seconds={seconds}", *options]
        return [[*child, f"--gpu={gpu.uuid}"] for gpu in scene.gpus]

    return commands


SHORT = Check("burn_in", (2,), sys.executable, _of(10.0), read_burn_in, 120.0)
LONG = Check("burn_in", (3,), sys.executable, _of(600.0, "--memory"), read_burn_in, 1800.0)
