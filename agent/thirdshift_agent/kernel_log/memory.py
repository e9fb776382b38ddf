"""Errors of the node's own memory and processors: EDAC, machine checks, and the firmware's reports.

EDAC names the module, so it is a sighting of memory; a machine check may be of anything, so it is
one of the kernel, with what it says of itself as facts.
"""

from __future__ import annotations

import re
from datetime import datetime

from thirdshift_agent.kernel_log.told import Part, Shapes, facts_of, seen
from thirdshift_agent.observation import Observation
from thirdshift_agent.wire import SignalKind

BEGINNING = r"EDAC |(?:mce: |\{\d{1,6}\})?\[Hardware Error\]: "

_EDAC = re.compile(
    r"EDAC (?P<controller>MC\d{1,4}): (?P<errors>\d{1,9}) (?P<type>CE|UE) (?P<error>.{0,60}?) ?on "
    r"(?P<dimm>\S.{0,80}?)(?: \((?P<where>[^)]{0,300}).*)?$"
)
_LOGGED = re.compile(r"mce: \[Hardware Error\]: Machine check events logged")
_CHECK = re.compile(
    r"mce: \[Hardware Error\]: CPU (?P<cpu>\d{1,5}): Machine Check(?: Exception)?: "
    r"(?P<mcg_status>[0-9a-f]{1,16}) Bank (?P<bank>\d{1,3}): (?P<status>[0-9a-f]{1,16})"
)
_CHECK_MORE = re.compile(
    r"mce: \[Hardware Error\]: (?:TSC [0-9a-f]{1,16} )?(?:ADDR (?P<memory_address>[0-9a-f]{1,16}))"
)
_SOCKET = re.compile(
    r"mce: \[Hardware Error\]: PROCESSOR (?P<processor>\S{1,20}) TIME \d{1,12} "
    r"SOCKET (?P<socket>\d{1,4})"
)
_AMD = re.compile(
    r"(?:mce: )?\[Hardware Error\]: (?P<severity>Corrected error|Deferred error|"
    r"Uncorrected, software \w{1,20} error|System Fatal error)\b"
)
_AMD_MORE = re.compile(
    r"(?:mce: )?\[Hardware Error\]: CPU:(?P<cpu>\d{1,5}) \([0-9a-f:]{1,20}\) "
    r"MC(?P<bank>\d{1,3})_STATUS\[[^\]]{0,120}\]: (?P<status>0x[0-9a-f]{1,16})"
)
_FIRMWARE = re.compile(
    r"(?P<event>\{\d{1,6}\})\[Hardware Error\]: event severity: (?P<severity>\w{1,20})"
)
_FIRMWARE_MORE = re.compile(
    r"(?P<event>\{\d{1,6}\})\[Hardware Error\]: +(?:section_type: (?P<section>[\w, ]{1,60})|"
    r"fru_text: (?P<fru>.{1,60})|physical_address: (?P<memory_address>0x[0-9a-f]{1,16})|"
    r"error_type: (?P<error>.{1,60})|DIMM location: (?P<dimm>.{1,80})|"
    r"device_id: (?P<device>[0-9a-f:.]{1,20}))"
)
_MACHINE_CHECK = (SignalKind.KERNEL, "machine_check")


def _edac(shape: re.Match[str], at: datetime) -> Observation:
    code = "corrected" if shape["type"] == "CE" else "uncorrected"
    facts = facts_of(shape, "controller", "errors", "error", "dimm", "where")
    return seen(shape, at, (SignalKind.MEMORY, code), "edac", facts)


def _logged(shape: re.Match[str], at: datetime) -> Part:
    return Part("mce", 0, shape.string, frozenset(), seen(shape, at, _MACHINE_CHECK, "mce", {}))


def _check(shape: re.Match[str], at: datetime) -> Part:
    facts = facts_of(shape, "cpu", "mcg_status", "bank", "status")
    return Part("mce", 1, shape.string, frozenset(), seen(shape, at, _MACHINE_CHECK, "mce", facts))


def _check_more(shape: re.Match[str], at: datetime) -> Part:
    return Part("mce", 2, shape.string, frozenset(), None, facts_of(shape, "memory_address"))


def _socket(shape: re.Match[str], at: datetime) -> Part:
    return Part("mce", 3, shape.string, frozenset(), None, facts_of(shape, "processor", "socket"))


def _amd(shape: re.Match[str], at: datetime) -> Part:
    facts = facts_of(shape, "severity")
    return Part("mce", 4, shape.string, frozenset(), seen(shape, at, _MACHINE_CHECK, "mce", facts))


def _amd_more(shape: re.Match[str], at: datetime) -> Part:
    facts = facts_of(shape, "cpu", "bank", "status")
    return Part("mce", 5, shape.string, frozenset(), seen(shape, at, _MACHINE_CHECK, "mce", facts))


def _firmware(shape: re.Match[str], at: datetime) -> Part:
    told = seen(shape, at, _MACHINE_CHECK, "ghes", facts_of(shape, "severity"))
    return Part("ghes", 0, shape.string, frozenset({shape["event"]}), told)


def _firmware_more(shape: re.Match[str], at: datetime) -> Part:
    facts = facts_of(shape, "section", "fru", "memory_address", "error", "dimm", "device")
    return Part("ghes", 1, shape.string, frozenset({shape["event"]}), None, facts, repeats=True)


SHAPES: Shapes = (
    (_EDAC, _edac),
    (_LOGGED, _logged),
    (_CHECK, _check),
    (_CHECK_MORE, _check_more),
    (_SOCKET, _socket),
    (_AMD, _amd),
    (_AMD_MORE, _amd_more),
    (_FIRMWARE, _firmware),
    (_FIRMWARE_MORE, _firmware_more),
)
