"""The only commands that the controller may run on a node to learn of a fault, one an exhibit.

Each reads. `nvidia-bug-report.sh` also writes its report, to a place that root alone may write to.
`deploy/ssh/thirdshift.sudoers` allows those that need root.
"""

from __future__ import annotations

from dataclasses import dataclass

from thirdshift_controller.adapters.commands import pci_address_of

_MIB = 1024 * 1024
_BUG_REPORT = "/var/log/thirdshift-nvidia-bug-report.log"


@dataclass(frozen=True, slots=True)
class Source:
    """Where one exhibit comes from."""

    name: str
    """Of the exhibit: `node/dmesg.txt`."""
    command: str
    seconds: float
    limit_bytes: int = 16 * _MIB
    file: str | None = None
    """What the command leaves behind; the exhibit in place of its output."""


_JOURNALCTL = "sudo -n journalctl --no-pager --output=short-iso-precise"
_GPUS = (
    "nvidia-smi --format=csv --query-gpu="
    "index,pci.bus_id,name,serial,uuid,vbios_version,inforom.img,driver_version"
)
_SOURCES = (
    Source("node/serials.csv", _GPUS, 30.0),
    Source("node/dmidecode.txt", "sudo -n dmidecode --type 1 --type 2 --type 3", 30.0),
    Source("node/dmesg.txt", "sudo -n dmesg --time-format iso", 30.0),
    Source("node/kernel.txt", f"{_JOURNALCTL} --lines=20000 _TRANSPORT=kernel", 60.0),
    Source("node/agent.txt", f"{_JOURNALCTL} --lines=5000 --unit=thirdshift-agent.service", 60.0),
    Source(
        "node/agent-journal.tar",
        "sudo -n tar --create --directory=/var/lib/thirdshift-agent journal",
        60.0,
        64 * _MIB,
    ),
    Source("node/pci-tree.txt", "lspci -tvnn", 30.0),
    Source("node/nvidia-smi.xml", "nvidia-smi -q -x", 60.0),
    Source(
        "node/nvidia-bug-report.log.gz",
        f"sudo -n nvidia-bug-report.sh --output-file {_BUG_REPORT}",
        600.0,
        64 * _MIB,
        file=f"{_BUG_REPORT}.gz",
    ),
)
"""What asks the driver stands last: where the driver hangs, the rest is had by then."""


def sources_for(pci_address: str | None) -> tuple[Source, ...]:
    """What to ask a node, in order; of the one GPU where its PCI address is known."""
    try:
        chosen = f"-s {pci_address_of(pci_address)}"
    except ValueError:
        chosen = "-d 10de:"
    return (Source("node/lspci.txt", f"sudo -n lspci -vvv -nn {chosen}", 30.0), *_SOURCES)
