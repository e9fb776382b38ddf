"""`thirdshift-agent inject`: breaks a simulated GPU, or what a stand-in for NVML says of one."""

from __future__ import annotations

import sys
from argparse import Namespace
from pathlib import Path

from thirdshift_agent.inject.catalogue import FAULTS
from thirdshift_agent.inject.control_table import ControlTable
from thirdshift_agent.inject.errors import InjectError
from thirdshift_agent.inject.fault import InjectedFault
from thirdshift_agent.inject.library import apply, write_lines
from thirdshift_agent.sampling.identity import IdentityBook
from thirdshift_agent.serving.control_client import ask
from thirdshift_agent.simulated.control import INJECT, REPAIR


def inject(asked: Namespace) -> int:
    """Inject one fault, mend a GPU, or list the faults that there are."""
    if asked.list:
        sys.stdout.write("".join(f"{fault.name:34}{fault.words}\n" for fault in FAULTS.values()))
        return 0
    if asked.nvml_control is not None:
        return _unless_refused(asked)
    if asked.kmsg is not None:
        raise InjectError("--kmsg is for a stand-in library; add --nvml-control")
    if asked.fault is None and not asked.repair:
        raise InjectError("name a fault, or --repair, or --list for those that there are")
    path, body = (REPAIR, {}) if asked.repair else (INJECT, {"fault": asked.fault})
    status, told = ask(asked.state_dir, "POST", path, {"slot": asked.slot, **body})
    if status == 404:
        raise InjectError("the agent there watches real GPUs; nothing breaks those on purpose")
    if status != 200:
        raise InjectError(told["error"])
    sys.stdout.write(f"slot {asked.slot}: {'repaired' if asked.repair else asked.fault}\n")
    return 0


def _unless_refused(asked: Namespace) -> int:
    try:
        return _into_library(asked)
    except OSError as error:
        raise InjectError(
            f"{error.filename}: {error.strerror}; name files that can be written with "
            "--nvml-control and --kmsg"
        ) from error


def _into_library(asked: Namespace) -> int:
    table = ControlTable(asked.nvml_control)
    if asked.repair:
        table.clear_all()
        sys.stdout.write("the library says again what it says of well GPUs\n")
        return 0
    fault = _known(asked.fault)
    apply(fault, asked.slot, table)
    if fault.lines:
        write_lines(_filled(fault, asked.slot, asked.state_dir), _log(asked))
    sys.stdout.write(f"GPU {asked.slot} of the library: {fault.name}\n")
    return 0


def _known(name: str | None) -> InjectedFault:
    if name is None or name not in FAULTS:
        raise InjectError(f"fault {name!r} is unknown; --list tells which there are")
    return FAULTS[name]


def _log(asked: Namespace) -> Path:
    if asked.kmsg is None:
        raise InjectError(f"{asked.fault} shows in the kernel's log; name a file with --kmsg")
    return Path(asked.kmsg)


def _filled(fault: InjectedFault, slot: int, state: Path) -> list[str]:
    """The fault's lines for the card that the agent with this state directory knows there."""
    cards = IdentityBook(state / "identities.json").all()
    card = next((card for card in cards if card.slot == slot), None)
    if card is None:
        raise InjectError(f"{state}: no agent has seen a GPU in slot {slot}; name its --state-dir")
    return fault.lines_of(card)
