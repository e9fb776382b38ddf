"""The only commands that the controller may run on a node to mend it, one a remote action.

`deploy/ssh/thirdshift.sudoers` allows a node's user these and no others.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType

from thirdshift_controller.adapters.driver_free import with_driver_free
from thirdshift_controller.remedies.port import RemedyNotStarted, RemedyOrder, Return
from thirdshift_runbooks.page import RemoteAction

RESTARTABLE = (
    "dcgm-exporter.service",
    "nvidia-dcgm.service",
    "nvidia-fabricmanager.service",
    "nvidia-imex.service",
    "nvidia-persistenced.service",
    "openibd.service",
    "slurmd.service",
    "thirdshift-agent.service",
)
"""The units that a page may have restarted."""

HOLD_THE_DRIVER = (
    "dcgm-exporter.service",
    "nvidia-dcgm.service",
    "nvsm.service",
    "nvidia-persistenced.service",
)
"""Units that keep a GPU from being reset. The fabric manager does not: on NVSwitch systems of the
Ampere generation a single GPU's reset needs it (`man nvidia-smi`, `--gpu-reset`)."""

HOLD_THE_FABRIC = (*HOLD_THE_DRIVER, "nvidia-imex.service", "nvidia-fabricmanager.service")
"""What must be stopped besides, so that all GPUs and switches are reset, or the driver unloaded."""

_GPU_RESET = "sudo -n nvidia-smi --gpu-reset -i {pci_address} || status=$?"
_FABRIC_RESET = "sudo -n nvidia-smi --gpu-reset || status=$?"
_DRIVER_RELOAD = """\
loaded=nvidia
unloaded=nvidia
for module in nvidia_modeset nvidia_drm nvidia_uvm nvidia_peermem; do
  if grep -q "^$module " /proc/modules; then
    loaded="$loaded $module"
    unloaded="$module $unloaded"
  fi
done
for module in $unloaded; do sudo -n modprobe -r "$module" || status=$?; done
for module in $loaded; do sudo -n modprobe "$module" || status=$?; done"""
_REBOOT = (
    "sudo -n systemd-run --collect --unit=thirdshift-reboot --on-active=2s "
    "--timer-property=AccuracySec=100ms systemctl reboot"
)
_PCI_ADDRESS = re.compile(r"[0-9A-F]{8}:[0-9A-F]{2}:[0-9A-F]{2}\.[0-7]")


def command_for(order: RemedyOrder) -> str:
    """The command for a node's shell. Raises `RemedyNotStarted` for what is not allowed."""
    allowed = _ALLOWED.get(order.action)
    if allowed is None:
        raise RemedyNotStarted(f"{order.action} is not on the list of allowed commands")
    return allowed(order)


def pci_address_of(text: str | None) -> str:
    """As NVIDIA's tools write it, in capitals. Raises `ValueError` for what is none."""
    pci_address = (text or "").upper()
    if not _PCI_ADDRESS.fullmatch(pci_address):
        raise ValueError(f"{text!r} is not a PCI address such as 00000000:3b:00.0")
    return pci_address


def _service_restart(order: RemedyOrder) -> str:
    strangers = [unit for unit in order.services if unit not in RESTARTABLE]
    if strangers or not order.services:
        named = ", ".join(map(repr, strangers)) or "no service"
        raise RemedyNotStarted(
            f"{named} may not be restarted; nothing was sent. Allowed: {', '.join(RESTARTABLE)}"
        )
    return " && ".join(f"sudo -n systemctl restart {unit}" for unit in order.services)


def _gpu_reset(order: RemedyOrder) -> str:
    try:
        pci_address = pci_address_of(order.pci_address)
    except ValueError as error:
        raise RemedyNotStarted(f"{error}; nothing was sent") from error
    return with_driver_free(_GPU_RESET.format(pci_address=pci_address), HOLD_THE_DRIVER)


def _fabric_reset(_order: RemedyOrder) -> str:
    """As NVIDIA's Fabric Manager User Guide recovers from a fatal SXid: no `-i`, and without it."""
    return with_driver_free(_FABRIC_RESET, HOLD_THE_FABRIC)


def _driver_reload(_order: RemedyOrder) -> str:
    """What was loaded is loaded again: `nvidia_peermem` or not makes a job fast or slow."""
    return with_driver_free(_DRIVER_RELOAD, HOLD_THE_FABRIC)


def _reboot(_order: RemedyOrder) -> str:
    """By a timer, so that an exit status is seen; its name keeps a second from being set."""
    return _REBOOT


_ALLOWED: Mapping[RemoteAction | Return, Callable[[RemedyOrder], str]] = MappingProxyType(
    {
        RemoteAction.SERVICE_RESTART: _service_restart,
        RemoteAction.GPU_RESET: _gpu_reset,
        RemoteAction.FABRIC_RESET: _fabric_reset,
        RemoteAction.DRIVER_RELOAD: _driver_reload,
        RemoteAction.REBOOT: _reboot,
    }
)
