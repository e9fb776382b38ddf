"""Errors of PCI Express, as the kernel's AER service reports them.

One happening is several lines: the root port says that a device reported, the device's own error
follows, then its status word, then a line for each bit. Together they are one sighting, of the
device whose error it is. Wordings differ between kernels; what they say does not.
"""

from __future__ import annotations

import re
from datetime import datetime

from thirdshift_agent.kernel_log.told import PCI, Part, Shapes, address, facts_of, seen
from thirdshift_agent.wire import SignalKind

BEGINNING = (
    r"\S{1,40} [0-9a-f]{4,8}:[0-9a-f]{2}:[0-9a-f]{2}\.[0-7]: "
    r"(?:AER: |PCIe Bus Error: |  device \[|   \[)"
)

_DEVICE = rf"(?P<driver>\S{{1,40}}) {PCI}: (?:AER: )?"
_SEVERITY = (
    r"(?P<severity>Correct(?:ed|able)|Uncorrect(?:ed|able) \((?P<fatality>Fatal|Non-Fatal)\))"
)
_REPORT = re.compile(
    rf"{_DEVICE}(?P<multiple>Multiple )?{_SEVERITY} error (?:message )?received(?: from)?:? "
    r"(?:id=(?P<id>[0-9a-f]{4})|(?P<source>[0-9a-f]{4,8}:[0-9a-f]{2}:[0-9a-f]{2}\.[0-7]))"
)
_ERROR = re.compile(
    rf"{_DEVICE}PCIe Bus Error: severity={_SEVERITY}, type=(?P<layer>[\w ]{{1,40}}), "
    r"(?:id=[0-9a-f]{4})?\((?P<agent>[\w ]{1,40})\)"
)
_STATUS = re.compile(
    rf"{_DEVICE} *device \[(?P<vendor_device>[0-9a-f]{{4}}:[0-9a-f]{{4}})\] "
    r"error status/mask=(?P<status>[0-9a-f]{8})/(?P<mask>[0-9a-f]{8})"
)
_BIT = re.compile(
    rf"{_DEVICE} *\[ ?(?P<bit>\d{{1,2}})\] (?P<error>\w[\w ]{{0,40}}?)(?P<first> +\(First\))? *$"
)
_PORT = re.compile(PCI)


def _code(shape: re.Match[str]) -> str:
    if shape["fatality"] is None:
        return "aer_corrected"
    return "aer_fatal" if shape["fatality"] == "Fatal" else "aer_nonfatal"


def _report(shape: re.Match[str], at: datetime) -> Part:
    port = address(shape)
    source = _source(shape, port)
    facts = {"reported_by": port} | ({"multiple": "yes"} if shape["multiple"] else {})
    told = seen(shape, at, (SignalKind.PCIE, _code(shape)), "aer", facts, source)
    return Part("aer", 0, shape.string, frozenset({port, source}), told)


def _source(shape: re.Match[str], port: str) -> str:
    """The reporter's address; old kernels write it as bus, device and function in one number."""
    if shape["id"]:
        number = int(shape["id"], 16)
        return f"{port[:8]}:{number >> 8:02x}:{number >> 3 & 31:02x}.{number & 7}"
    found = _PORT.fullmatch(shape["source"])
    return address(found) if found else port


def _error(shape: re.Match[str], at: datetime) -> Part:
    where = address(shape)
    facts = facts_of(shape, "driver", "layer", "agent")
    told = seen(shape, at, (SignalKind.PCIE, _code(shape)), "aer", facts, where)
    return Part("aer", 1, shape.string, frozenset({where}), told)


def _status(shape: re.Match[str], at: datetime) -> Part:
    facts = facts_of(shape, "vendor_device", "status", "mask")
    return Part("aer", 2, shape.string, frozenset({address(shape)}), None, facts)


def _bit(shape: re.Match[str], at: datetime) -> Part:
    facts = {"errors": shape["error"]} | ({"first_error": shape["error"]} if shape["first"] else {})
    return Part("aer", 3, shape.string, frozenset({address(shape)}), None, facts, True, "errors")


SHAPES: Shapes = ((_REPORT, _report), (_ERROR, _error), (_STATUS, _status), (_BIT, _bit))
