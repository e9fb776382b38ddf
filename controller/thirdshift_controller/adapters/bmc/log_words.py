"""What a line of a BMC's event log means. Pure.

IPMI gives a sensor type and an event; Redfish the same words or its maker's own sentence. The
first pattern that is found in the whole line names the code; most lines mean nothing to us. What
the node's own kernel counts (a corrected error) or a sensor shows as long as it lasts (a warm
inlet, a fan, redundancy) is not told a second time from here.
"""

from __future__ import annotations

import re

_CODES = tuple(
    (code, re.compile(pattern, re.IGNORECASE))
    for code, pattern in (
        ("bus_fatal", r"bus (fatal|uncorrect\w+) error|fatal nmi|bus timeout|\bpci [ps]err\b"),
        ("bus_fatal", r"\bpcie?\b.*(?<!non-)(?<!non)\b(fatal|uncorrect\w+)"),
        ("thermal_trip", r"therm(al)? ?trip|temperature.*upper non-recoverable going high"),
        ("memory", r"(memory|dimm|ecc).*(uncorrect|multi-?bit|parity|disabled|limit reached)"),
        ("memory", r"(memory|dimm).*(scrub failed|critical overtemp|configuration error|failed)"),
        ("memory", r"(uncorrect|multi-?bit).*(memory|dimm|ecc)"),
        ("processor", r"\bierr\b|uncorrect\w+ machine check|machine check.*uncorrect|\bcatt?err"),
        ("processor", r"(processor|cpu).*(frb[123]|configuration error|sm bios uncorrect|failed)"),
        ("power", r"power supply.*(failure|failed|lost|config error|out.of.range)"),
        ("power", r"power unit.*(failure|240va|ac lost|interlock|soft-power control)"),
        ("power", r"\b(psu|ps) ?\d*\b.*(fail|lost|fault)"),
        ("drive", r"(drive|disk|nvme|ssd).*(fault|fail|predict|critical array|rebuild aborted)"),
    )
)
_NO_NEWS = re.compile(r"deassert|redundan|restored|recovered|returned to normal|is ok\b", re.I)


def code_of(line: str) -> str | None:
    """`bus_fatal`, `memory`, `power`, `processor`, `thermal_trip` or `drive`; else `None`."""
    if _NO_NEWS.search(line):
        return None
    return next((code for code, pattern in _CODES if pattern.search(line)), None)
