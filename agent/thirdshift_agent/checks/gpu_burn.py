"""Ten minutes of matrix products whose results are compared, by `gpu_burn`.

At its end it prints `Tested 8 GPUs:` and a line a GPU, `GPU 0: OK` or `GPU 0: FAULTY`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from thirdshift_agent.checks.check import Check, Outcome, Scene, untested
from thirdshift_agent.checks.finding import Finding, Status
from thirdshift_agent.checks.tools import Command, Ran
from thirdshift_agent.wire import GpuIdentity

SECONDS = 600
KERNEL = "compare.ptx"
"""Looked for in the working directory, unless it is named."""

_SUMMARY = re.compile(r"^Tested (\d+) GPUs?:\s*$", re.MULTILINE)
_GPU = re.compile(r"^\s*GPU (\d+): (OK|FAULTY)\s*$", re.MULTILINE)


def commands(program: str, scene: Scene) -> Sequence[Command]:
    """Burn all GPUs at once, with the kernel that lies beside the program."""
    kernel = Path(program).resolve().with_name(KERNEL)
    beside = ["-c", str(kernel)] if kernel.exists() else []
    return [[program, *beside, str(SECONDS)]]


def read_burn(ran: Sequence[Ran], scene: Scene) -> Outcome:
    """Read the summary at the end."""
    output = ran[0].output
    summary = _SUMMARY.search(output)
    if summary is None:
        return Outcome()
    verdicts = {int(gpu): word for gpu, word in _GPU.findall(output, summary.end())}
    known = dict(enumerate(scene.gpus))
    findings = [_finding(known.get(gpu), gpu, word) for gpu, word in verdicts.items()]
    return Outcome((*findings, *untested("gpu_burn", len(findings), scene)))


def _finding(card: GpuIdentity | None, number: int, word: str) -> Finding:
    status = Status.OK if word == "OK" else Status.CRITICAL
    if card is None:
        return Finding(status, f"gpu_burn: its GPU {number}: {word}", "gpu_burn")
    text = f"GPU {card.slot} ({card.pci_address}) gpu_burn: {word}"
    return Finding(status, text, "gpu_burn", card.slot, card.uuid)


BURN = Check("gpu_burn", (3,), "gpu_burn", commands, read_burn, SECONDS + 180.0)
