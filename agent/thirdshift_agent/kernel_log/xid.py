"""The line of an XID: which card, which code, whose work, and what the text after it says.

Codes are not looked up here, so one that nobody has heard of is carried like any other.
"""

from __future__ import annotations

import re
from datetime import datetime

from thirdshift_agent.kernel_log.told import PCI, Shapes, address, seen
from thirdshift_agent.kernel_log.xid_facts import details
from thirdshift_agent.observation import Observation
from thirdshift_agent.wire import SignalKind

BEGINNING = r"NVRM: Xid "

_XID = re.compile(
    rf"NVRM: Xid \({PCI}(?: GPU-I:(?P<mig_instance>\d+))?\): (?P<code>\d{{1,9}})\b"
    r"(?:, pid=(?P<pid>[^,]*))?(?:, name=(?P<process>[^,]*))?(?:, )?(?P<text>.*)",
    re.ASCII,
)


def _xid(shape: re.Match[str], at: datetime) -> Observation:
    facts = {key: shape[key] for key in ("mig_instance", "pid", "process") if shape[key]}
    facts = {key: value for key, value in facts.items() if "<unknown>" not in value}
    code = int(shape["code"])
    facts = {**details(code, shape["text"]), **facts}
    return seen(shape, at, (SignalKind.XID, str(code)), "xid", facts, address(shape))


SHAPES: Shapes = ((_XID, _xid),)
