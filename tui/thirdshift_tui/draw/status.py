"""The line at the top: where, when, who is on, how old the news is, and how bad it looks."""

from __future__ import annotations

from datetime import datetime

from thirdshift_controller.wire import Floor, Me, OnShift, Role
from thirdshift_tui.draw.encode import counts
from thirdshift_tui.draw.holds import pauses_words
from thirdshift_tui.draw.ink import Ink, Line, Run, fit, plain
from thirdshift_tui.draw.place import places
from thirdshift_tui.draw.words import NOT_LOADED, clock, span, zone
from thirdshift_tui.live import Known, Live

_SHORT_ROLES = {Role.TECHNICIAN: "tech", Role.VIEWER: "view"}
_ROOMY = 110


def status_line(live: Live, at: float, width: int) -> Line:
    """Return the status line for the monotonic instant `at`."""
    known, now = live.known, live.now(at)
    if known is None or now is None:
        return (("Thirdshift  ", Ink.STRONG), _link(live, at))
    roomy = width >= _ROOMY
    return (
        *_when(known.floor, now, roomy),
        _link(live, at),
        *_trouble(known, roomy),
        (f" | {_who(known.me, roomy)}", Ink.TEXT),
    )


def notice_line(live: Live, at: float, width: int) -> Line:
    """Return the one line that the user should read now; a banner when the news is old."""
    said, now = live.said(at) or live.trouble or "", live.now(at)
    if live.known is None or now is None:
        return ((fit(said, width), Ink.STRONG),)
    local = zone(live.known.floor.timezone)
    if not live.is_stale(at):
        spent = pauses_words(live.known.pauses, now, local)
        return ((fit(said or spent, width), Ink.STRONG if said else Ink.HELD),)
    told = f"{live.known.floor.now.astimezone(local):%H:%M:%S}"
    banner = f" STALE since {told}: {said or 'the controller does not answer'}"
    return ((fit(banner, width), Ink.ALARM),)


def summary(known: Known, now: datetime) -> str:
    """Return the status as plain text, for a page that is printed once."""
    when, trouble = _when(known.floor, now, True), _trouble(known, True)
    return f"{plain(when).strip(' |')}; {plain(trouble).strip(' |')}"


def _when(floor: Floor, now: datetime, roomy: bool) -> tuple[Run, ...]:
    speed = "" if floor.speed == 1 else f" x{floor.speed:g}"
    local = clock(now, zone(floor.timezone))
    return (
        (f"{floor.site} ", Ink.STRONG),
        (f"{local}{speed} ", Ink.TEXT),
        (f"{_shift(floor.on_shift, now, roomy)} | ", Ink.TEXT),
    )


def _shift(on: OnShift, now: datetime, roomy: bool) -> str:
    left = span((on.ends_at - now).total_seconds())
    person = on.person or "nobody"
    return f"{on.shift} shift: {person}, {left} left" if roomy else f"{on.shift} {person} {left}"


def _link(live: Live, at: float) -> Run:
    age = live.age_seconds(at)
    if age is None:
        return (NOT_LOADED.upper() if live.trouble else "connecting", Ink.ALARM)
    if live.is_stale(at):
        return (f"STALE {span(age)}", Ink.ALARM)
    return (f"LIVE {span(age)}", Ink.STRONG)


def _trouble(known: Known, roomy: bool) -> tuple[Run, ...]:
    nodes = [node for _, node in places(known.floor)]
    unowned = sum(incident.owner is None for incident in known.incidents)
    runs: list[Run] = [(" | ", Ink.TEXT), (f"{unowned} unowned", _unowned_ink(unowned))]
    for label, count in counts(nodes):
        runs.append((f"  {count} {label.word}" if roomy else f" {label.glyph}{count}", label.ink))
    if roomy:
        runs.append((f"  of {len(nodes)} nodes", Ink.MUTED))
    return tuple(runs)


def _unowned_ink(unowned: int) -> Ink:
    return Ink.ALARM if unowned else Ink.TEXT


def _who(me: Me, roomy: bool) -> str:
    role = me.role if roomy else _SHORT_ROLES.get(me.role, me.role)
    return f"{me.person or me.name}:{role}"
