"""The only commands that the controller may run on a node, one a remote action."""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping
from types import MappingProxyType

from thirdshift_controller.remedies.port import RemedyNotStarted, RemedyOrder, Return
from thirdshift_runbooks.page import RemoteAction

_ALLOWED: Mapping[RemoteAction | Return, tuple[str, ...]] = MappingProxyType(
    {RemoteAction.GPU_RESET: ("sudo", "-n", "nvidia-smi", "--gpu-reset", "-i", "{pci_address}")}
)
_PCI_ADDRESS = re.compile(r"[0-9A-F]{8}:[0-9A-F]{2}:[0-9A-F]{2}\.[0-7]")


def command_for(order: RemedyOrder) -> str:
    """The command line for a node's shell. Raises `RemedyNotStarted` for what is not allowed."""
    argv = _ALLOWED.get(order.action)
    if argv is None:
        raise RemedyNotStarted(f"{order.action} is not on the list of allowed commands")
    pci_address = (order.pci_address or "").upper()
    if not _PCI_ADDRESS.fullmatch(pci_address):
        raise RemedyNotStarted(
            f"{order.pci_address!r} is not a PCI address such as 00000000:3b:00.0; nothing was sent"
        )
    return shlex.join(word.format(pci_address=pci_address) for word in argv)
