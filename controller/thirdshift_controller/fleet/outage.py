"""Which slots an open repair keeps from work. Pure decisions."""

from __future__ import annotations

from typing import Protocol


class OpenRepair(Protocol):
    """What must be known of it."""

    gpu_slot: int | None
    gpus_out: int


def slots_out(repair: OpenRepair, installed: int) -> frozenset[int]:
    """Its own slot, all of the node's, or none: a power supply that failed stops no GPU."""
    if repair.gpus_out == 0:
        return frozenset()
    if repair.gpu_slot is not None:
        return frozenset({repair.gpu_slot})
    return frozenset(range(installed)) if repair.gpus_out >= installed else frozenset()
