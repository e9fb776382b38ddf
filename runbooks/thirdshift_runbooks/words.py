"""What a page decides, in a few plain words: for lists, answers and the table of faults."""

from __future__ import annotations

import re
from collections.abc import Iterator

from thirdshift_runbooks.page import Disposition, Outage, Page, RemoteAction, When

_WORD = re.compile(r"\w+")
_SAID = {"": "empty", ".+": "not empty"}
"""Expressions that have plain words."""


def remote(page: Page) -> str:
    """What is tried from afar, in order: `drain, reboot`."""
    return ", ".join(_rung(page, action) for action in page.ladder) or "nothing"


def hands(page: Page) -> str:
    """Who comes when that mends nothing: `2 people: hands, sxm`."""
    if page.disposition is Disposition.OBSERVE:
        return "nobody"
    people = "1 person" if page.people == 1 else f"{page.people} people"
    return f"{people}: {', '.join(page.skills)}" if page.skills else people


def deeds(page: Page) -> str:
    """All that is done about it: `drain, reboot; then 2 people: hands, sxm`."""
    if page.disposition is Disposition.OBSERVE:
        return "observed"
    return f"{remote(page)}; then {hands(page)}" if page.ladder else hands(page)


def gravity(page: Page) -> str:
    """How bad it is: `critical, takes the GPU out`."""
    if page.takes_out is Outage.NOTHING:
        return f"{page.severity}, takes nothing out"
    unit = "GPU" if page.takes_out is Outage.GPU else "node"
    return f"{page.severity}, takes the {unit} out"


def condition(when: When) -> str:
    """When another page answers: `if fatal is yes and 2 come within 24 h`."""
    return "if " + " and ".join(_conditions(when))


def _rung(page: Page, action: RemoteAction) -> str:
    if action is RemoteAction.SERVICE_RESTART:
        return f"{action} of {' and '.join(page.services)}"
    return action.value


def _either(pattern: str) -> str:
    """Plain words as they are, an expression as the code that it is."""
    choices = pattern.split("|")
    if all(_WORD.fullmatch(choice) for choice in choices):
        return " or ".join(choices)
    return _SAID.get(pattern) or f"like `{pattern}`"


def _conditions(when: When) -> Iterator[str]:
    for fact, pattern in when.facts.items():
        yield f"{fact} is {_either(pattern)}"
    if when.repeats > 1:
        same = f" with the same {' and '.join(when.same)}" if when.same else ""
        yield f"{when.repeats} come within {when.within_hours} h{same}"
    if when.beside:
        yield f"{' or '.join(when.beside)} comes with it"
