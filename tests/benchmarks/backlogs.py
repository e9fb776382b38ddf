"""What the agents of a site have said while nobody listened: signals as rows, oldest first.

Two mixes. In the usual one most signals belong to a fault that is known: a crash is a string of
them. In the worst one hardly any two are of one unit, so that nearly each opens an incident.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import product

from thirdshift_controller.fleet.inventory import Site
from thirdshift_controller.store.tables import SignalRow

OUTAGE = timedelta(hours=2)
_SEED = 1

_CRASHES = (
    [("xid:13", "xid:43", "xid:45")] * 50
    + [("xid:31", "xid:43", "xid:45")] * 30
    + [("ecc:corrected_storm",)] * 8
    + [("xid:94", "xid:63", "xid:43")] * 6
    + [("xid:48", "xid:63", "xid:45")] * 3
    + [("nvlink:errors", "xid:74", "xid:45")] * 2
    + [("xid:79", "gpu:lost", "xid:154")]
)
"""What one fault says in turn, as often as such faults are among a hundred."""
_LENGTH = 25
"""Signals of one fault: agents fold a storm, they do not silence it."""
_OF_A_GPU = ("xid:13", "xid:31", "xid:43", "xid:45", "xid:63", "xid:92", "xid:94") * 9 + (
    *("xid:48", "xid:79", "xid:95", "xid:119", "thermal:hw_slowdown", "nvlink:down"),
)
_FACTS = {"xid:13": {"pid": "4711", "gpc": "1", "tpc": "2"}, "xid:31": {"pid": "4711"}}
_OF_A_NODE = ("disk:io_error", "kernel:oom_kill")


def usual(site: Site, count: int, now: datetime) -> list[SignalRow]:
    """`count` signals of a twenty-fifth as many faults, all mixed up in time."""
    dice = random.Random(_SEED)
    faults = [(dice.choice(list(site.by_name)), dice.randrange(8)) for _ in range(count // _LENGTH)]
    said = [
        (begun + dice.random() * 0.1, node, slot, names[number % len(names)])
        for node, slot in faults
        for begun, names in [(dice.random() * 0.9, dice.choice(_CRASHES))]
        for number in range(_LENGTH)
    ]
    return list(_rows(said, now))


def worst(site: Site, count: int, now: datetime) -> list[SignalRow]:
    """One signal of every GPU and two of every node, or the first `count` of them."""
    dice = random.Random(_SEED)
    of_gpus = [
        (node, slot, dice.choice(_OF_A_GPU)) for node, slot in product(site.by_name, range(8))
    ]
    units = [*of_gpus, *((node, None, name) for node, name in product(site.by_name, _OF_A_NODE))]
    dice.shuffle(units)
    return list(_rows([(dice.random(), *unit) for unit in units[:count]], now))


def _rows(said: Sequence[tuple[float, str, int | None, str]], now: datetime) -> Iterator[SignalRow]:
    """Rows of `when in the outage (0 to 1), node, slot, name`."""
    for number, (when, node, slot, name) in enumerate(sorted(said, key=lambda one: one[0])):
        yield signal(f"{node}:{number}", node, slot, name, now - OUTAGE * (1 - when), now)


def signal(
    origin: str, node: str, slot: int | None, name: str, at: datetime, received_at: datetime
) -> SignalRow:
    """A signal as a node's agent tells it."""
    kind, _, code = name.partition(":")
    return SignalRow(
        origin=origin,
        node=node,
        at=at,
        received_at=received_at,
        kind=kind,
        code=code,
        source="kernel_log",
        message=f"NVRM: Xid (PCI:0000:3b:00): {code}, pid=4711, name=python",
        gpu_slot=slot,
        gpu_uuid=None if slot is None else f"GPU-{node}-{slot}",
        facts=_FACTS.get(name, {}),
    )
