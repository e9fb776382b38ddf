"""Errors of the node's own memory, by controller and by module, as the kernel counts them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from thirdshift_agent.collectors.host.collector import HostCollector, Reading, Roots
from thirdshift_agent.collectors.host.kernel_files import (
    FileRow,
    number,
    parts_of,
    read_rows,
    rows_of,
    things_in,
    word,
)
from thirdshift_agent.collectors.row import Readings, Row, Series

_CONTROLLER = ("controller",)
_DIMM = ("controller", "dimm", "label")
_CONTROLLER_NAME = re.compile(r"mc\d+", re.ASCII)
_DIMM_NAME = re.compile(r"(?:dimm|rank)\d+", re.ASCII)
_CSROW_NAME = re.compile(r"csrow\d+", re.ASCII)
_CHANNEL_COUNT = re.compile(r"ch\d+_ce_count", re.ASCII)

_COUNTERS = (
    FileRow(
        "ce_count",
        Row("edac_corrected_errors_total", "Errors corrected, of all modules.", _CONTROLLER),
    ),
    FileRow(
        "ue_count",
        Row("edac_uncorrected_errors_total", "Errors not corrected, of all modules.", _CONTROLLER),
    ),
    FileRow(
        "ce_noinfo_count",
        Row(
            "edac_unplaced_corrected_errors_total",
            "Errors corrected that no module could be named for.",
            _CONTROLLER,
        ),
    ),
    FileRow(
        "ue_noinfo_count",
        Row(
            "edac_unplaced_uncorrected_errors_total",
            "Errors not corrected that no module could be named for.",
            _CONTROLLER,
        ),
    ),
)
_HELP = "of one module; `label` is the slot as the board's maker or the administrator named it."
DIMM_CORRECTED = Row("edac_dimm_corrected_errors_total", f"Errors corrected, {_HELP}", _DIMM)
DIMM_UNCORRECTED = Row(
    "edac_dimm_uncorrected_errors_total", f"Errors not corrected, {_HELP}", _DIMM
)

ROWS: tuple[Row, ...] = (*rows_of(_COUNTERS), DIMM_CORRECTED, DIMM_UNCORRECTED)

_DIMM_COUNTERS = (
    FileRow("dimm_ce_count", DIMM_CORRECTED),
    FileRow("dimm_ue_count", DIMM_UNCORRECTED),
)


def read(roots: Roots) -> Readings:
    """Read every controller. Source: `/sys/devices/system/edac/mc`."""
    readings: dict[Series, float] = {}
    for controller in things_in(roots.sys / "devices/system/edac/mc"):
        if _CONTROLLER_NAME.fullmatch(controller.name):
            readings.update(read_rows(controller, (controller.name,), _COUNTERS))
            readings.update(_modules(controller))
    return readings


def _modules(controller: Path) -> Iterator[Reading]:
    modules = parts_of(controller, _DIMM_NAME)
    for module in modules:
        labels = (controller.name, module.name, word(module / "dimm_label"))
        yield from read_rows(module, labels, _DIMM_COUNTERS).items()
    if not modules:
        for csrow in parts_of(controller, _CSROW_NAME):
            yield from _csrow(controller.name, csrow)


def _csrow(controller: str, csrow: Path) -> Iterator[Reading]:
    """Older kernels: corrected errors by row and channel, uncorrected by row alone."""
    if (uncorrected := number(csrow / "ue_count")) is not None:
        yield (DIMM_UNCORRECTED.name, (controller, csrow.name, "")), uncorrected
    for path in parts_of(csrow, _CHANNEL_COUNT):
        channel = path.name.removesuffix("_ce_count")
        labels = (controller, f"{csrow.name}/{channel}", word(csrow / f"{channel}_dimm_label"))
        if (corrected := number(path)) is not None:
            yield (DIMM_CORRECTED.name, labels), corrected


COLLECTOR = HostCollector("edac", ROWS, read, every_seconds=30.0)
