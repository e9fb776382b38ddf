"""The technician's work: the queue of orders, and one order's checklist."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import tzinfo

from thirdshift_controller.wire import (
    WorkOrderDetail,
    WorkOrderState,
    WorkOrderStep,
    WorkOrderSummary,
)
from thirdshift_tui.draw.incidents import NOBODY
from thirdshift_tui.draw.ink import Ink, Line, Row, fit, text, widest, wrapped
from thirdshift_tui.draw.words import NOT_LOADED, clock

_DONE, _UNDONE = "[x]", "[ ]"
_MACHINE = "automatic"
_OVER = frozenset({WorkOrderState.DONE, WorkOrderState.CANCELLED})


def waits(order: WorkOrderSummary, assignee: str | None) -> bool:
    """Whether the order is to be worked on by the assignee, or by anybody for None."""
    return order.state not in _OVER and assignee in (None, order.assignee)


def farewell(order: WorkOrderSummary) -> str:
    """Return why an order does not wait any more."""
    if order.state in _OVER:
        return f"{order.id} is {order.state}: follow {order.incident}; [ or ] goes on."
    return f"{order.id} is with {order.assignee or NOBODY} now; [ or ] goes on."


def queue_rows(
    orders: Sequence[WorkOrderSummary] | None, assignee: str | None, person: str | None, width: int
) -> list[Row]:
    """Return a heading and one row an order, its key the order's id; None is not loaded yet."""
    mine = assignee is not None
    rows = [Row(_heading(orders, assignee, person))]
    if not orders:
        return rows if orders is None else [*rows, Row(text("Nothing to do here.", Ink.MUTED))]
    identity = widest((order.id for order in orders), 10)
    place = widest((_place(order) for order in orders), 30)
    for order in orders:
        known = waits(order, assignee)
        line = _queued(order, identity, place, width, mine) if known else text(farewell(order))
        rows.append(Row(line, order.id))
    return rows


def _heading(
    orders: Sequence[WorkOrderSummary] | None, assignee: str | None, person: str | None
) -> Line:
    whose, other = ("Everybody's", "mine") if assignee is None else ("My", "everybody's")
    turn = f", m {other}" if person else ""
    return (
        (f"{whose} queue  {_load(orders, assignee)}", Ink.HEADING),
        (f"   [ or ] choose{turn}", Ink.MUTED),
    )


def _load(orders: Sequence[WorkOrderSummary] | None, assignee: str | None) -> str:
    if orders is None:
        return NOT_LOADED
    waiting = [order.estimate_p50_minutes for order in orders if waits(order, assignee)]
    return f"{len(waiting)} open" + (f", about {sum(waiting)} minutes" if waiting else "")


def place_line(order: WorkOrderSummary) -> Line:
    """Return where the unit is, and which it is: what must be read before every touch."""
    gpu = "" if order.gpu_slot is None else f" GPU{order.gpu_slot}"
    serial = f" serial {order.gpu_serial}" if order.gpu_serial else ""
    return text(f"{_place(order)}{gpu}{serial}", Ink.STRONG)


def _place(order: WorkOrderSummary) -> str:
    """Return where to go; what is about many nodes is where its incident says."""
    if not order.node:
        return f"see {order.incident}"
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
    """Return the key of the first step that is not done, or of the last one."""
    undone = [step for step in order.steps if step.done_at is None]
    return next((str(step.number) for step in (*undone[:1], *order.steps[-1:])), None)
