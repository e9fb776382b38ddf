"""Families in DCGM's names, every sample with the labels that dcgm-exporter writes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from thirdshift_agent.collectors.row import Labels
from thirdshift_agent.dcgm.name import PREFIX
from thirdshift_agent.dcgm.names import NAMES
from thirdshift_agent.dcgm.xids import message
from thirdshift_agent.metrics import XidCount
from thirdshift_agent.page import Family, Kind
from thirdshift_agent.sample import GpuSample, Sample

_CARD = ("gpu", "UUID", "pci_bus_id", "device", "modelName", "Hostname", "DCGM_FI_DRIVER_VERSION")
XID_ERRORS = f"{PREFIX}DEV_XID_ERRORS"


class Pod(NamedTuple):
    """Who a GPU was given to, where Kubernetes gave it."""

    namespace: str
    pod: str
    container: str


@dataclass(frozen=True, slots=True)
class Telling:
    """What the labels say beside the sample."""

    node: str
    since: datetime
    """XIDs from before are forgotten, as DCGM forgets them when the node is booted."""
    pods: Mapping[str, Pod] = field(default_factory=dict)
    """By the GPU's UUID."""


def families(sample: Sample, xids: Iterable[XidCount], telling: Telling) -> list[Family]:
    """Return the families, those without a sample left out."""
    label_names = (*_CARD, *(Pod._fields if telling.pods else ()))
    cards = [(_labels(gpu, sample, telling), gpu) for gpu in sample.gpus]
    found = [
        Family(
            each.name,
            each.help,
            label_names,
            [
                (labels, value)
                for labels, gpu in cards
                if (value := each.value(gpu.readings)) is not None
            ],
            Kind.COUNTER if each.is_counter else Kind.GAUGE,
        )
        for each in NAMES
    ]
    found.append(_last_xids(cards, label_names, _codes(xids, telling.since)))
    return [family for family in found if family.samples]


def _labels(gpu: GpuSample, sample: Sample, telling: Telling) -> Labels:
    card = gpu.identity
    own = (
        str(card.slot),
        card.uuid,
        card.pci_address.upper(),
        f"nvidia{card.slot}",
        card.name,
        telling.node,
        sample.driver_version or "",
    )
    return own + telling.pods.get(card.uuid, ("", "", "")) if telling.pods else own


def _last_xids(
    cards: Sequence[tuple[Labels, GpuSample]], label_names: Labels, codes: Mapping[str, int]
) -> Family:
    """The last code of each GPU that is known, answering or not; 0 where none came."""
    samples = [
        ((*labels, str(code), message(code)), float(code))
        for labels, gpu in cards
        for code in (codes.get(gpu.identity.uuid, 0),)
    ]
    names = (*label_names, "err_code", "err_msg")
    return Family(XID_ERRORS, "The XID that came last; 0 is none.", names, samples, Kind.GAUGE)


def _codes(xids: Iterable[XidCount], since: datetime) -> Mapping[str, int]:
    recent = sorted(
        (xid for xid in xids if xid.uuid and xid.code.isdecimal() and xid.last_at >= since),
        key=lambda xid: xid.last_at,
    )
    return {xid.uuid: int(xid.code) for xid in recent if xid.uuid}
