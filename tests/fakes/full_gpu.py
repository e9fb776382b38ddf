"""A GPU of our library that has everything that a row asks for, and all that one look asks it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from servers.nvml_library import NvmlLibrary
from thirdshift_agent.collectors.gpu import DEFAULT
from thirdshift_agent.nvml.fields import Batch, FieldKey
from thirdshift_agent.nvml.plan import CallKey, plan_of
from thirdshift_agent.nvml.questions import Asker

WHOLE, DIVIDED = 3, 4
HEALTHY_FABRIC = 0x1AA
PLAN = plan_of(row for each in DEFAULT for row in each.rows)

_WHAT_AN_H100_HAS_NOT = (29, 30, 31, 206, 207, 208, 211, 212, 214, 219, 221)
"""Retired pages, and the errors that NVLink 5 counts."""


def equip(library: NvmlLibrary) -> None:
    """Let GPU 3 have fans, retired pages newer counters of links, and divide GPU 4."""
    library.set("fans", 2, gpu=WHOLE)
    for number in _WHAT_AN_H100_HAS_NOT:
        library.set(f"field.{number}", 0, gpu=WHOLE)
    library.set("fabric.health", HEALTHY_FABRIC)
    library.set("mig.count", 2, gpu=DIVIDED)


class Noting(Asker):
    """Notes what it is asked, and which calls it makes for it."""

    def __init__(self, handle: Any) -> None:
        super().__init__(handle)
        self.asked: list[CallKey] = []
        self.wanted: list[FieldKey] = []
        self.made: list[str] = []
        self.calling = self.made.append

    def __call__(self, function: str, *arguments: Any) -> Any:
        self.asked.append((function, arguments))
        return super().__call__(function, *arguments)

    def fields(self, batches: Sequence[Batch]) -> Iterator[tuple[FieldKey, int, int, int]]:
        self.wanted = [key for batch in batches for key in batch.wanted]
        return super().fields(batches)
