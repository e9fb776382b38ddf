"""Every signal that the program can make, by who makes it. Each must have an answer.

The agent's names come from its own tables, those of the kernel's log from the faults that can be
injected. XIDs are NVIDIA's catalogue of 173 codes, SXIDs those that its fabric manager lists.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from fakes.host_faults import HOST_FAULTS
from thirdshift_agent.inject.catalogue import FAULTS
from thirdshift_agent.watch import gpu_rules, host_rules
from thirdshift_agent.watch.presence import MISSING
from thirdshift_agent.wire import GpuPresence, SignalKind

UNHEARD_OF = frozenset({"xid:999", "gpu_event:0x10000"})
"""What is injected to show what becomes of a signal that nobody has heard of."""

_SAME_SHAPE = ("ib:cable_error", "kernel:oops")
"""Lines of the kernel's log that no injected fault stands for: another of that shape does."""
_OF_ITSELF = ("kernel:log_overrun",)
"""What the agent says of its own reading."""


def _spans(*spans: int | tuple[int, int]) -> tuple[int, ...]:
    """Codes and, of neighbours, the first and the last."""
    ends = ((one, one) if isinstance(one, int) else one for one in spans)
    return tuple(code for first, last in ends for code in range(first, last + 1))


def _named(kind: SignalKind, codes: Iterable[int]) -> tuple[str, ...]:
    return tuple(f"{kind}:{code}" for code in codes)


def _agent() -> tuple[str, ...]:
    rules = {f"{rule.kind}:{rule.code}" for rule in (*gpu_rules.RULES, *host_rules.RULES)}
    shown = {name for fault in FAULTS.values() for name in fault.signals}
    shown |= {fault.signal for fault in HOST_FAULTS}
    presence = {
        f"{SignalKind.GPU}:{code}" for code in (GpuPresence.LOST, GpuPresence.HUNG, MISSING)
    }
    names = (rules | shown | presence | {*_SAME_SHAPE, *_OF_ITSELF}) - UNHEARD_OF
    return tuple(sorted(name for name in names if not name.startswith(("xid:", "sxid:"))))


AGENT = _agent()
BMC = (
    *("psu:failed", "psu:redundancy_lost", "psu:input_lost"),
    *("fan:failed", "fan:redundancy_lost", "inlet:warm", "inlet:hot"),
    *("leak:warning", "leak:detected", "bmc:silent"),
    *("sel:bus_fatal", "sel:memory", "sel:power", "sel:processor", "sel:thermal_trip", "sel:drive"),
)
CONTROLLER = (
    *("node:silent", "node:lemon", "node:failed_return", "gpu:replaced"),
    *("burst:rack", "burst:switch", "burst:feed", "burst:cooling", "burst:driver", "burst:site"),
    "budget:paused",
)
SCHEDULER = ("scheduler:drained", "scheduler:down")
WEBHOOKS = (
    *("sdc:suspected", "straggler:slow", "check:failed"),
    *("feed:lost", "cooling:lost", "cdu:alarm", "external:remediation"),
)
XID_CODES = _spans(
    *(8, 11, 13, 14, 25, 31, 32, (37, 41), (43, 46), 48, 54, (60, 64), (66, 72), (74, 80)),
    *((82, 86), 88, 89, (92, 110), (119, 121), (126, 137), (139, 173)),
)
UNUSED_XID_CODES = _spans(
    *((1, 7), 9, 10, 12, (15, 24), (26, 30), (33, 36), 42, 47, (49, 53), (55, 59), 65, 73, 81, 87),
    *(90, 91, (111, 118), (122, 125), 138),
)
"""Unused on A100 to GB200, says NVIDIA's catalogue: these may be unknown."""

SXID_CODES = _spans(
    *((10001, 10005), 11001, 11004, 11009, 11012, 11013, (11018, 11023)),
    *(12001, 12002, (12020, 12028), (12030, 12032), 14017),
    *(15001, 15006, (15008, 15013), (19047, 19049), (19054, 19071), 19084),
    *(20001, 20009, 20012, 20034, 22003, 22011, 22013, (23001, 23017), (24001, 24007)),
)

ALL: Mapping[str, tuple[str, ...]] = {
    "A node's agent": AGENT,
    "A node's BMC": BMC,
    "The controller itself": CONTROLLER,
    "The scheduler": SCHEDULER,
    "Other programs, by webhook": WEBHOOKS,
    "The driver, as XIDs": _named(SignalKind.XID, XID_CODES),
    "A switch, as SXIDs": _named(SignalKind.SXID, SXID_CODES),
}
"""By who makes it."""
