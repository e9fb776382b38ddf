"""Adapters of InfiniBand and RoCE that the mlx5 driver speaks for: link, cable, health."""

from __future__ import annotations

import re
from datetime import datetime

from thirdshift_agent.kernel_log.told import PCI, Read, Shapes, address, facts_of, seen
from thirdshift_agent.observation import Observation
from thirdshift_agent.wire import SignalKind

BEGINNING = r"mlx5_core "

_DEVICE = rf"mlx5_core {PCI}"
_PLACE = r"(?:\w{1,60}:\d{1,6}:? ?(?:\(pid \d{1,10}\):? )?)?"
"""Function, line and process, which the driver puts before its more serious messages."""

_DOWN = re.compile(rf"{_DEVICE}:? (?P<interface>[\w.-]{{1,32}}): Link [Dd](?:own|OWN)")
_CABLE = re.compile(
    rf"{_DEVICE}: {_PLACE}Port module event(?:\[error\])?: module (?P<module>\d{{1,4}}), "
    r"Cable unplugged"
)
_CABLE_ERROR = re.compile(
    rf"{_DEVICE}: {_PLACE}Port module event(?:\[error\])?: module (?P<module>\d{{1,4}}), "
    r"Cable error, (?P<error>.{1,80})"
)
_HEALTH = re.compile(
    rf"{_DEVICE}: {_PLACE}(?P<error>device's health compromised|Fatal error \d{{1,4}} detected|"
    r"Detected insufficient power on the PCIe slot)"
)


def _port(code: str, rule: str, *facts: str) -> Read:
    def read(shape: re.Match[str], at: datetime) -> Observation:
        told = facts_of(shape, *facts)
        return seen(shape, at, (SignalKind.IB, code), rule, told, address(shape))

    return read


SHAPES: Shapes = (
    (_DOWN, _port("down", "mlx5_link", "interface")),
    (_CABLE, _port("cable_unplugged", "mlx5_module", "module")),
    (_CABLE_ERROR, _port("cable_error", "mlx5_module", "module", "error")),
    (_HEALTH, _port("nic_health", "mlx5_health", "error")),
)
