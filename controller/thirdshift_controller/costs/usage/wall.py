"""What a whole node drew between two polls: by its BMC's looks, else by a model. Pure.

A look stands for the power until the next one, but not for longer than it is fresh. A node that
its BMC calls off is metered at what the BMC reads, or at zero. The rest of the time is modelled:
an assumed power of the host, and what the GPUs drew in it. Of a node that was silent that comes
when it is heard again, so what was unmetered until then is remembered; where the BMC showed the
node meanwhile, the GPUs' energy is in its readings already and is not added.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import zip_longest

from thirdshift_controller.costs.usage.gpu_energy import Drawn
from thirdshift_controller.costs.usage.meter import Meter, Nameplate, Poll, WallLook
from thirdshift_controller.costs.usage.records import NodeHour
from thirdshift_controller.costs.usage.spans import Span, pieces


@dataclass(frozen=True, slots=True)
class Shown:
    """A span for which a look stands."""

    from_at: datetime
    to_at: datetime
    watts: float


@dataclass(frozen=True, slots=True)
class Wall:
    """One node between two polls."""

    look: WallLook | None
    """What stands at the later of them."""
    shown: Sequence[Shown]
    open: Sequence[Span]
    """Between the two polls, without a look."""
    unmetered: tuple[Span, ...]
    """Since the GPUs were last read, without a look."""

    def waiting(self, poll: Poll) -> tuple[Span, ...]:
        """What is still to get its GPUs' energy after this poll."""
        return self.unmetered if poll.snapshot is None else ()


def latest(before: WallLook | None, seen: WallLook | None, at: datetime) -> WallLook | None:
    """The look that stands at an instant: one that was taken later comes with the next poll."""
    return seen if seen is not None and seen.taken_at <= at else before


def wall_of(meter: Meter, poll: Poll) -> Wall:
    """Which looks stand when, since the last poll."""
    span, look = (meter.polled_at, poll.at), latest(meter.look, poll.look, poll.at)
    shown = tuple(_shown(meter.look, look, span))
    gaps = tuple(_gaps(shown, span))
    return Wall(look, shown, gaps, _joined(meter.unmetered, gaps) if meter.gpus else ())


def wall_hours(plate: Nameplate, wall: Wall, gpus: Iterable[Drawn]) -> Iterator[NodeHour]:
    """The node's energy by the hour, metered and modelled."""
    for one in wall.shown:
        for hour_at, seconds, _ in pieces(one.from_at, one.to_at):
            yield NodeHour(plate.node, hour_at, wall_joules=one.watts * seconds)
    for gap in wall.open:
        yield from _modelled(plate.node, *gap, plate.host_watts)
    for drawn in gpus:
        for from_at, to_at in wall.unmetered:
            yield from _modelled(plate.node, max(from_at, drawn.from_at), to_at, drawn.watts)


def _modelled(node: str, from_at: datetime, to_at: datetime, watts: float) -> Iterator[NodeHour]:
    for hour_at, seconds, _ in pieces(from_at, to_at):
        yield NodeHour(node, hour_at, wall_modelled_joules=watts * seconds)


def _shown(before: WallLook | None, now: WallLook | None, span: Span) -> Iterator[Shown]:
    """The parts of a span for which one of the two looks stands, oldest first."""
    looks = sorted({one for one in (before, now) if one}, key=lambda one: one.taken_at)
    for look, after in zip_longest(looks, looks[1:]):
        until_at = min(look.until_at, after.taken_at) if after else look.until_at
        from_at, to_at = max(look.taken_at, span[0]), min(until_at, span[1])
        if from_at < to_at:
            yield Shown(from_at, to_at, look.watts)


def _gaps(shown: Iterable[Shown], span: Span) -> Iterator[Span]:
    here, end_at = span
    for one in shown:
        if here < one.from_at:
            yield here, one.from_at
        here = one.to_at
    if here < end_at:
        yield here, end_at


def _joined(before: tuple[Span, ...], more: tuple[Span, ...]) -> tuple[Span, ...]:
    """The gaps with more after them; one that goes on where another ended is the same one."""
    if before and more and before[-1][1] == more[0][0]:
        return (*before[:-1], (before[-1][0], more[0][1]), *more[1:])
    return (*before, *more)
