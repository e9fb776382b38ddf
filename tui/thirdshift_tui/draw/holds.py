"""Hands off: what people hold, and where the budget is spent, in words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, tzinfo

from thirdshift_controller.wire import Hold, Pause, Scope
from thirdshift_tui.draw.ink import BLANK, Ink, Line, text, wrapped
from thirdshift_tui.draw.words import moment

Place = tuple[Scope, str]
"""A kind of scope and the name of one."""


def place_of(one: Hold | Pause) -> Place:
    """Return what a hold or a pause is about."""
    return one.scope, one.scope_name


def over(holds: Iterable[Hold], places: Sequence[Place]) -> list[Hold]:
    """Return the holds on these places, in the places' order."""
    found = [hold for hold in holds if place_of(hold) in places]
    return sorted(found, key=lambda hold: places.index(place_of(hold)))


def to_lift(holds: Iterable[Hold], places: Sequence[Place], person: str) -> Hold | None:
    """Return the hold that a person means: their own, else the one on the nearest place."""
    found = over(holds, places)
    return next((hold for hold in found if hold.placed_by == person), next(iter(found), None))


def hold_words(hold: Hold, now: datetime, local: tzinfo) -> str:
    """Return a hold as a sentence, its instants in the site's time."""
    start = f" from {moment(hold.from_at, now, local)}" if hold.from_at > now else ""
    end = f" until {moment(hold.until_at, now, local)}" if hold.until_at else ""
    what = f"{hold.scope} {hold.scope_name}"
    return f"{hold.id}: {hold.placed_by} holds {what}{start}{end}: {hold.reason}"


def pauses_words(pauses: Iterable[Pause], now: datetime, local: tzinfo) -> str:
    """Return where the budget is spent and until when, or nothing."""
    spent = [
        f"{pause.scope} {pause.scope_name} spent until {moment(pause.until_at, now, local)}"
        for pause in pauses
        if pause.until_at > now
    ]
    return "budget of " + "; of ".join(spent) if spent else ""


def hands_off_lines(
    holds: Sequence[Hold], pauses: Sequence[Pause], now: datetime, local: tzinfo, width: int
) -> Iterator[Line]:
    """Yield every hold and every pause with its reason; nothing where there is none."""
    told = [(hold_words(hold, now, local), Ink.HELD) for hold in holds]
    told += [
        (f"{words}: {pause.reason}", Ink.TEXT)
        for pause in pauses
        if (words := pauses_words([pause], now, local))
    ]
    if told:
        yield BLANK
        yield text("Hands off", Ink.HEADING)
    for words, ink in told:
        yield from wrapped(words, width, ink)
