"""What one line of the kernel's log says. Pure: text in, value out.

Almost every line of a log says nothing of interest: one look at its beginning throws it away. The
tables themselves are by subject: `xid`, `driver`, `pcie`, `memory`, `trouble`, `disk`, `network`.
"""

from __future__ import annotations

import re
from datetime import datetime

from thirdshift_agent.kernel_log import disk, driver, memory, network, pcie, trouble, xid
from thirdshift_agent.kernel_log.told import Shapes, Told, printable

_SUBJECTS = (xid, driver, pcie, network, memory, trouble, disk)
_BEGINNINGS = re.compile("|".join(f"({subject.BEGINNING})" for subject in _SUBJECTS), re.ASCII)
_TABLES: tuple[Shapes, ...] = tuple(subject.SHAPES for subject in _SUBJECTS)


def is_of_interest(line: str) -> bool:
    """Whether it is worth a closer look. Cheap; `parse` says what it is."""
    return _BEGINNINGS.match(line) is not None


def parse(line: str, at: datetime) -> Told:
    """Return what the line says; `None` when it says nothing of interest. Never raises."""
    beginning = _BEGINNINGS.match(line)
    if beginning is None or beginning.lastindex is None:
        return None
    text = printable(line)
    for pattern, read in _TABLES[beginning.lastindex - 1]:
        if shape := pattern.match(text):
            return read(shape, at)
    return None
