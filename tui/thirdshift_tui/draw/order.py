"""The technician's work: the queue of orders, and one order's checklist."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import tzinfo

from thirdshift_controller.wire import (
    WorkOrderDetail,
    WorkOrderState,
    WorkOrderStep,
    WorkOrderSummary,
)
from thirdshift_tui.draw.incidents import NOBODY
from thirdshift_tui.draw.ink import Ink, Line, Row, fit, text, widest, wrapped
from thirdshift_tui.draw.words import clock

_DONE, _UNDONE = "[x]", "[ ]"
_MACHINE = "automatic"


def queue_rows(orders: Iterable[WorkOrderSummary], width: int, mine: bool) -> list[Row]:
    """Return a heading and one row an order; a row's key is the order's id."""
    listed = tuple(orders)
    left = sum(order.estimate_p50_minutes for order in listed)
    whose, other = ("My queue", "everybody's") if mine else ("Everybody's queue", "mine")
    told = f"{whose}  {len(listed)} open" + (f", about {left} minutes" if listed else "")
    rows = [Row(((told, Ink.HEADING), (f"   [ or ] choose, m {other}", Ink.MUTED)))]
    if not listed:
        return [*rows, Row(text("Nothing to do here.", Ink.MUTED))]
    identity = widest((order.id for order in listed), 10)
    place = widest((_place(order) for order in listed), 30)
    return rows + [Row(_queued(order, identity, place, width, mine), order.id) for order in listed]


def _place(order: WorkOrderSummary) -> str:
    return f"{order.rack} {order.rack_unit} {order.node}"


def _queued(order: WorkOrderSummary, identity: int, place: int, width: int, mine: bool) -> Line:
    head = f"{fit(order.id, identity)} {fit(_place(order), place)} "
    who = "" if mine else f" {fit(order.assignee or NOBODY, 7)}"
    steps = f"{order.steps_done}/{order.steps_total}"
    tail = f" {fit(order.state, 12)} {steps:>4} {order.estimate_p50_minutes:>3}m{who}"
    ink = Ink.REPAIR if order.state is WorkOrderState.STARTED else Ink.TEXT
    title = fit(order.title, max(0, width - len(head) - len(tail)))
    return ((head, Ink.STRONG), (title, Ink.TEXT), (tail, ink))


def checklist_rows(order: WorkOrderDetail, local: tzinfo, width: int) -> list[Row]:
    """Return the order's head and its steps; a row's key is a step's number."""
    rows = [Row(line) for line in _head(order, width)]
    for step in order.steps:
        rows += _step(step, local, width)
    if order.note:
        rows.append(Row(text(f"note: {order.note}", Ink.MUTED)))
    return rows


def _head(order: WorkOrderDetail, width: int) -> Iterator[Line]:
    one = order.summary
    yield text(f"{one.id} {one.state}  step {one.steps_done} of {one.steps_total}", Ink.HEADING)
    gpu = "" if one.gpu_slot is None else f" GPU{one.gpu_slot}"
    yield from wrapped(f"{_place(one)}{gpu}", width, Ink.STRONG)
    if one.gpu_serial:
        yield from wrapped(f"serial {one.gpu_serial}", width, Ink.STRONG)
    people = "one person" if order.people == 1 else f"{order.people} people"
    needs = ", ".join([people, *order.skills, *order.parts])
    yield from wrapped(f"needs {needs}", width, Ink.MUTED)
    yield from wrapped(order.safety, width, Ink.DEGRADED_OWNED)


def _step(step: WorkOrderStep, local: tzinfo, width: int) -> Iterator[Row]:
    undone = step.done_at is None
    box, ink = (_UNDONE, Ink.TEXT) if undone else (_DONE, Ink.MUTED)
    head = f"{box} {step.number} "
    told = f"{step.text} ({step.kind}, {step.minutes}m)" if undone else step.text
    first, *more = wrapped(told, width - len(head), ink)
    yield Row(((head, Ink.STRONG), *first), str(step.number))
    if not undone:
        more += wrapped(_evidence(step, local), width - len(head), Ink.MUTED)
    indent = (" " * len(head), ink)
    yield from (Row((indent, *line)) for line in more)


def _evidence(step: WorkOrderStep, local: tzinfo) -> str:
    note = f": {step.note}" if step.note else ""
    return f"{step.done_by or _MACHINE} {clock(step.done_at, local)}{note}"


def next_step(order: WorkOrderDetail) -> str | None:
    """Return the key of the first step that is not done."""
    return next((str(step.number) for step in order.steps if step.done_at is None), None)
