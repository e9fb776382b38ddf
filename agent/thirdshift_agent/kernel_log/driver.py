"""Lines of the NVIDIA drivers that are no XID: a switch's errors, a card that left or never came.

The first line of a switch's error reports it; the later ones only add raw words and are left out.
"""

from __future__ import annotations

import re
from datetime import datetime

from thirdshift_agent.kernel_log.told import (
    PCI,
    Introduction,
    Part,
    Shapes,
    address,
    facts_of,
    seen,
)
from thirdshift_agent.observation import Observation
from thirdshift_agent.wire import SignalKind

BEGINNING = (
    r"nvidia-nvswitch\d+: SXid |NVRM: (?:GPU |The NVIDIA |RmInitAdapter failed|API mismatch)"
)

_SXID = re.compile(
    rf"(?P<switch>nvidia-nvswitch\d+): SXid \({PCI}\): (?P<code>\d{{1,9}})\b"
    r"(?:, (?P<fatality>Fatal|Non-fatal))?(?P<text>.*)",
    re.ASCII,
)
_OFF_BUS = re.compile(rf"NVRM: (?:The NVIDIA )?GPU (?:at )?{PCI}\b.*(?:fallen|fell) off the bus")
_CARD = re.compile(rf"NVRM: GPU at {PCI}: (?P<uuid>GPU-[0-9a-f]{{8}}(?:-[0-9a-f]{{4,12}}){{4}})")
_SERIAL = re.compile(r"NVRM: GPU Board Serial Number: (?P<serial>\w{1,64})", re.ASCII)
_INIT = re.compile(
    rf"NVRM: (?:GPU {PCI}: )?RmInitAdapter failed! \((?P<status>[0-9a-fx:]{{1,60}})\)"
)
_INIT_AFTER = re.compile(rf"NVRM: GPU {PCI}: rm_init_adapter failed")
_PROBE = re.compile(
    r"NVRM: The NVIDIA probe routine (?P<reason>failed|was not called) for (?P<devices>\d{1,4}) "
)
_MISMATCH = re.compile(
    r"NVRM: API mismatch: the client.*?the version (?P<client_version>\d[\d.]*\d)"
    r"(?:.*?the version (?P<module_version>\d[\d.]*\d))?"
)
_LINK = re.compile(r"\bLink (?P<link>\d{1,4})\b", re.ASCII)
_SXID_DETAIL = re.compile(r", (?:Severity \d|Data \{)")


def _sxid(shape: re.Match[str], at: datetime) -> Observation | None:
    if _SXID_DETAIL.match(shape["text"]):
        return None
    facts = {"switch": shape["switch"]}
    if shape["fatality"]:
        facts["fatal"] = "yes" if shape["fatality"] == "Fatal" else "no"
    if link := _LINK.search(shape["text"]):
        facts["link"] = link["link"]
    return seen(
        shape, at, (SignalKind.SXID, str(int(shape["code"]))), "sxid", facts, address(shape)
    )


def _off_bus(shape: re.Match[str], at: datetime) -> Observation:
    return seen(shape, at, (SignalKind.GPU, "off_bus"), "off_bus", {}, address(shape))


def _card(shape: re.Match[str], at: datetime) -> Introduction:
    return Introduction(pci_address=address(shape), uuid=shape["uuid"])


def _serial(shape: re.Match[str], at: datetime) -> Introduction:
    return Introduction(serial=shape["serial"])


def _init(shape: re.Match[str], at: datetime) -> Part:
    where = address(shape) if shape["domain"] else None
    names = frozenset({where} if where else ())
    facts = facts_of(shape, "status")
    return Part(
        "init", 0, shape.string, names, seen(shape, at, _INIT_FAILED, "gpu_init", facts, where)
    )


def _init_after(shape: re.Match[str], at: datetime) -> Part:
    where = address(shape)
    told = seen(shape, at, _INIT_FAILED, "gpu_init", {}, where)
    return Part("init", 1, shape.string, frozenset({where}), told)


def _probe(shape: re.Match[str], at: datetime) -> Observation:
    facts = facts_of(shape, "devices", "reason")
    return seen(shape, at, _INIT_FAILED, "gpu_probe", facts)


def _mismatch(shape: re.Match[str], at: datetime) -> Observation:
    facts = facts_of(shape, "client_version", "module_version")
    return seen(shape, at, (SignalKind.NODE, "driver_mismatch"), "api_mismatch", facts)


_INIT_FAILED = (SignalKind.GPU, "init_failed")

SHAPES: Shapes = (
    (_SXID, _sxid),
    (_OFF_BUS, _off_bus),
    (_CARD, _card),
    (_SERIAL, _serial),
    (_INIT, _init),
    (_INIT_AFTER, _init_after),
    (_PROBE, _probe),
    (_MISMATCH, _mismatch),
)
