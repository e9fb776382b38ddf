"""One node: its GPUs with telemetry and identity, what is open on it, what it said lately."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, tzinfo

from thirdshift_controller.wire import CellState, GpuDetail, Hold, NodeDetail, Schedule, Shell
from thirdshift_tui.draw.encode import mark_of
from thirdshift_tui.draw.holds import hold_words
from thirdshift_tui.draw.incident import signal_lines
from thirdshift_tui.draw.incidents import incident_rows, spoken
from thirdshift_tui.draw.ink import BLANK, Ink, Line, Row, fit, rows, text, wrapped
from thirdshift_tui.draw.words import (
    UNKNOWN,
    day_and_clock,
    gibibytes,
    number,
    of,
    percent,
    since,
)

_ROOMY = 140
_NO_ACTION = "none"
_SUSPECT = 0.5
"""The lemon score from which people should know."""


def node_rows(
    node: NodeDetail, holds: Sequence[Hold], now: datetime, local: tzinfo, width: int
) -> list[Row]:
    """Return the node, with the holds over it; a row with a key is an incident's."""
    return [
        *rows(_head(node, now, local)),
        *rows(_warnings(node, holds, now, local, width)),
        *rows(_gpus(node.gpus, width)),
        Row(BLANK),
        *incident_rows(node.incidents, now, width, "Incidents"),
        *rows(signal_lines(node.signals, local, width)),
    ]


def _head(node: NodeDetail, now: datetime, local: tzinfo) -> Iterator[Line]:
    label = mark_of(node.state)
    yield (
        (f"{node.name}  ", Ink.STRONG),
        label.run,
        (f" {label.word}  ", label.ink),
        (f"row {node.row}, rack {node.rack}, {node.rack_unit}", Ink.TEXT),
    )
    seen = f"seen {since(node.observed_at, now)} ago"
    yield text(f"{node.model}, driver {node.driver_version or UNKNOWN}, {seen}", Ink.MUTED)
    if node.shell is not None:
        yield text(_shell(node.shell), Ink.MUTED)
    if node.schedule is not None:
        yield text(_schedule(node.schedule), Ink.MUTED)
    if node.released is not None:
        until = day_and_clock(node.released.until_at, local)
        yield text(f"released: {node.released.reason} until {until}", Ink.DEGRADED_OWNED)


def _warnings(
    node: NodeDetail, holds: Sequence[Hold], now: datetime, local: tzinfo, width: int
) -> Iterator[Line]:
    for hold in holds:
        yield from wrapped(hold_words(hold, now, local), width, Ink.HELD)
    told = [_lemon(node.lemon_score)] if node.lemon_score >= _SUSPECT else []
    told += [f"problem: {problem}" for problem in node.problems]
    told += [
        f"GPU{gpu.slot} asks for: {spoken(gpu.recovery_action)}"
        for gpu in node.gpus
        if gpu.recovery_action not in (None, _NO_ACTION)
    ]
    for words in told:
        yield from wrapped(words, width, Ink.DEGRADED_OWNED)
    yield BLANK


def _shell(shell: Shell) -> str:
    if shell.problem is not None:
        return f"BMC: no answer: {shell.problem}"
    power = {True: "on", False: "off", None: f"power {UNKNOWN}"}[shell.power_on]
    watts, inlet = number(shell.power_watts, "W"), number(shell.inlet_celsius, "C")
    return f"BMC: {power}, {watts}, inlet {inlet}"


def _schedule(schedule: Schedule) -> str:
    words = schedule.standing.replace("_", " ")
    jobs = f", jobs {', '.join(schedule.jobs)}" if schedule.jobs else ""
    return f"scheduler: {words}{jobs}" + (f": {schedule.reason}" if schedule.reason else "")


def _lemon(score: float) -> str:
    verdict = "it is a person's now" if score >= 1 else "from 1 on it is a person's"
    return f"lemon score {score:.1f}: it fails again and again; {verdict}"


def _gpus(gpus: tuple[GpuDetail, ...], width: int) -> Iterator[Line]:
    yield text(_columns("GPU", "temp", "power", "busy", "memory", "ecc", "serial", "PCI address"))
    for gpu in gpus:
        label = mark_of(gpu.state)
        muted = Ink.MUTED if gpu.state is CellState.HEALTHY else Ink.TEXT
        yield (
            (f"{gpu.slot:>2} ", Ink.STRONG),
            label.run,
            (_readings(gpu), muted),
            (_more(gpu, width), muted),
        )


def _readings(gpu: GpuDetail) -> str:
    return _columns(
        "",
        number(gpu.temperature_celsius, "C"),
        of(gpu.power_watts, gpu.power_limit_watts, "W"),
        percent(gpu.utilisation_ratio),
        of(gibibytes(gpu.memory_used_bytes), gibibytes(gpu.memory_total_bytes), "G"),
        number(gpu.ecc_uncorrected_total),
        gpu.serial or UNKNOWN,
        gpu.pci_address or UNKNOWN,
    )[4:]


def _columns(*cells: str) -> str:
    slot, temperature, power, busy, memory, ecc, serial, address = cells
    return (
        f"{slot:<4} {temperature:>5} {power:>9} {busy:>5} {memory:>8} {ecc:>4}  "
        f"{fit(serial, 14)} {fit(address, 17)}"
    )


def _more(gpu: GpuDetail, width: int) -> str:
    if width < _ROOMY:
        return ""
    return f"  {fit(gpu.name or UNKNOWN, 24)}{gpu.uuid or UNKNOWN}"
