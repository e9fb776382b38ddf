"""Sections in DCGM's names, every sample with the labels that dcgm-exporter writes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from thirdshift_agent.collectors.row import ForeignRow, Labels, Readings, Series
from thirdshift_agent.dcgm.name import PREFIX
from thirdshift_agent.dcgm.names import NAMES
from thirdshift_agent.dcgm.xids import message
from thirdshift_agent.page.metrics import XidCount
from thirdshift_agent.page.pages import Section
from thirdshift_agent.sampling.sample import GpuSample, Sample

_CARD = ("gpu", "UUID", "pci_bus_id", "device", "modelName", "Hostname", "DCGM_FI_DRIVER_VERSION")
XID_ERRORS = f"{PREFIX}DEV_XID_ERRORS"

ROWS = (
    *(ForeignRow(each.name, each.help, (), each.is_counter) for each in NAMES),
    ForeignRow(XID_ERRORS, "The XID that came last; 0 is none.", ("err_code", "err_msg")),
)


class Pod(NamedTuple):
    """Whose container uses a GPU."""

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


def sections(sample: Sample, xids: Iterable[XidCount], telling: Telling) -> list[Section]:
    """Return a section for each GPU that is known, answering or not."""
    label_names = (*_CARD, *(Pod._fields if telling.pods else ()))
    codes = _codes(xids, telling.since)
    return [
        Section(
            ROWS,
            _readings(gpu, codes.get(gpu.identity.uuid, 0)),
            "",
            label_names,
            _labels(gpu, sample, telling),
        )
        for gpu in sample.gpus
    ]


def _readings(gpu: GpuSample, code: int) -> Readings:
    """The GPU's values in DCGM's units, and its last XID; 0 where none came."""
    found: dict[Series, float] = {(XID_ERRORS, (str(code), message(code))): float(code)}
    for each in NAMES:
        if (value := each.value(gpu.readings)) is not None:
            found[each.name, ()] = value
    return found


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


def _codes(xids: Iterable[XidCount], since: datetime) -> Mapping[str, int]:
    recent = sorted(
        (xid for xid in xids if xid.uuid and xid.code.isdecimal() and xid.last_at >= since),
        key=lambda xid: xid.last_at,
    )
    return {xid.uuid: int(xid.code) for xid in recent if xid.uuid}
