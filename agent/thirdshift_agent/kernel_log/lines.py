"""What one line of the kernel's log says about a GPU or an NVSwitch. Pure: text in, value out.

Patterns hold from the first character on: a device can put a text of its choice into the middle of
a kernel line (a USB product name, a process name), never at its beginning. Codes are not looked up
here, so one that nobody has heard of is carried like any other.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from thirdshift_agent.observation import Observation
from thirdshift_agent.wire import RecoveryAction, SignalKind, SignalSource

MESSAGE_LENGTH = 1000
"""Longest evidence kept of one line, in characters."""


@dataclass(frozen=True, slots=True)
class Introduction:
    """The driver names a card: its address and uuid, or the serial of the card named before."""

    pci_address: str | None = None
    uuid: str | None = None
    serial: str | None = None


Told = Observation | Introduction | None

_PCI = (
    r"(?:PCI:)?(?P<domain>[0-9a-fA-F]{4,8}):(?P<bus>[0-9a-fA-F]{2}):(?P<device>[0-9a-fA-F]{2})"
    r"(?:\.(?P<function>[0-7]))?"
)
_XID = re.compile(
    rf"NVRM: Xid \({_PCI}(?: GPU-I:(?P<mig_instance>\d+))?\): (?P<code>\d{{1,9}})\b"
    r"(?:, pid=(?P<pid>[^,]*))?(?:, name=(?P<process>[^,]*))?(?P<text>.*)",
    re.ASCII,
)
_SXID = re.compile(
    rf"(?P<switch>nvidia-nvswitch\d+): SXid \({_PCI}\): (?P<code>\d{{1,9}})\b"
    r"(?:, (?P<fatality>Fatal|Non-fatal))?(?P<text>.*)",
    re.ASCII,
)
_OFF_BUS = re.compile(rf"NVRM: (?:The NVIDIA )?GPU (?:at )?{_PCI}\b.*(?:fallen|fell) off the bus")
_CARD = re.compile(rf"NVRM: GPU at {_PCI}: (?P<uuid>GPU-[0-9a-f]{{8}}(?:-[0-9a-f]{{4,12}}){{4}})")
_SERIAL = re.compile(r"NVRM: GPU Board Serial Number: (?P<serial>\w{1,64})", re.ASCII)
_RECOVERY = re.compile(
    r"recovery action changed from 0x(?P<before>[0-9a-fA-F]{1,8})\b"
    r".* to 0x(?P<after>[0-9a-fA-F]{1,8})\b"
)
_LINK = re.compile(r"\bLink (?P<link>\d{1,4})\b", re.ASCII)
_SXID_DETAIL = re.compile(r", (?:Severity \d|Data \{)")


def parse(line: str, at: datetime) -> Told:
    """Return what the line says; `None` when it says nothing about GPUs. Never raises."""
    text = printable(line)
    for pattern, read in _SHAPES:
        if shape := pattern.match(text):
            return read(shape, at)
    return None


def printable(text: str) -> str:
    """Return the text on one line, control characters escaped, no longer than evidence may be."""
    shown = text[: MESSAGE_LENGTH + 1].strip()
    shown = "".join(c if c.isprintable() else ascii(c)[1:-1] for c in shown)
    return shown if len(shown) <= MESSAGE_LENGTH else shown[: MESSAGE_LENGTH - 1] + "…"


def _xid(shape: re.Match[str], at: datetime) -> Observation:
    facts = {key: shape[key] for key in ("mig_instance", "pid", "process") if shape[key]}
    facts = {key: value for key, value in facts.items() if "<unknown>" not in value}
    if change := _RECOVERY.search(shape["text"]):
        facts["recovery_action_before"] = _action(change["before"])
        facts["recovery_action_after"] = _action(change["after"])
    return _seen(shape, at, SignalKind.XID, str(int(shape["code"])), facts)


def _sxid(shape: re.Match[str], at: datetime) -> Observation | None:
    if _SXID_DETAIL.match(shape["text"]):
        return None  # the second and third line of a happening that the first line reported
    facts = {"switch": shape["switch"]}
    if shape["fatality"]:
        facts["fatal"] = "yes" if shape["fatality"] == "Fatal" else "no"
    if link := _LINK.search(shape["text"]):
        facts["link"] = link["link"]
    return _seen(shape, at, SignalKind.SXID, str(int(shape["code"])), facts)


def _off_bus(shape: re.Match[str], at: datetime) -> Observation:
    return _seen(shape, at, SignalKind.GPU, "off_bus", {})


def _card(shape: re.Match[str], at: datetime) -> Introduction:
    return Introduction(pci_address=_address(shape), uuid=shape["uuid"])


def _serial(shape: re.Match[str], at: datetime) -> Introduction:
    return Introduction(serial=shape["serial"])


def _seen(
    shape: re.Match[str], at: datetime, kind: SignalKind, code: str, facts: dict[str, str]
) -> Observation:
    return Observation(
        at=at,
        kind=kind,
        code=code,
        source=SignalSource.KERNEL_LOG,
        message=shape.string,
        pci_address=_address(shape),
        facts=facts,
    )


def _address(shape: re.Match[str]) -> str:
    bus, device, function = shape["bus"].lower(), shape["device"].lower(), shape["function"] or "0"
    return f"{int(shape['domain'], 16):08x}:{bus}:{device}.{function}"


def _action(hexadecimal: str) -> str:
    actions = list(RecoveryAction)
    number = int(hexadecimal, 16)
    return actions[number].value if number < len(actions) else f"0x{number:x}"


_SHAPES: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], datetime], Told]], ...] = (
    (_XID, _xid),
    (_SXID, _sxid),
    (_OFF_BUS, _off_bus),
    (_CARD, _card),
    (_SERIAL, _serial),
)
