"""Which slots an open repair keeps from work. Pure decisions."""

from __future__ import annotations

from typing import Protocol

from thirdshift_controller.wire import Scope


class OpenRepair(Protocol):
    """What must be known of it."""

    scope: Scope
    gpu_slot: int | None
    gpus_out: int


def slots_out(repair: OpenRepair, installed: int) -> frozenset[int]:
    """Its own slot, all of a node's, or none: a power supply that failed stops no GPU.

    One that is about many nodes keeps all of each, or nothing: then its parts say what is out.
    """
    if repair.gpus_out == 0:
        return frozenset()
    if repair.gpu_slot is not None:
        return frozenset({repair.gpu_slot})
    whole = repair.scope is not Scope.NODE or repair.gpus_out >= installed
    return frozenset(range(installed)) if whole else frozenset()
