"""Every key of the console, in one table: bindings, the footer and the help are made from it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from textual.binding import Binding, BindingType

from thirdshift_tui.draw.ink import Ink, Line, Run, text


class Where(Enum):
    """The screen that a key works on."""

    EVERYWHERE = "Everywhere"
    FLOOR = "Floor"
    NODE = "Node"
    INBOX = "Inbox"
    INCIDENT = "Incident"
    WORK = "Work"


@dataclass(frozen=True, slots=True)
class Action:
    """One thing a user can do: `call` is the method, `label` its word in the footer, if any.

    An `always` key works even over a question or the help.
    """

    call: str
    keys: str
    shown: str
    help: str
    where: tuple[Where, ...] = (Where.EVERYWHERE,)
    label: str = ""
    always: bool = False


_LISTS = (Where.NODE, Where.INBOX)
_INNER = (Where.NODE, Where.INCIDENT)

ACTIONS = (
    Action("go('floor')", "1", "1", "the floor: every GPU of the site", label="Floor"),
    Action("go('inbox')", "2", "2", "the inbox: open incidents", label="Inbox"),
    Action("go('work')", "3", "3", "the work: orders, steps, runbook", label="Work"),
    Action("by_racks(-1)", "left,h", "left h", "one rack to the left", (Where.FLOOR,)),
    Action("by_racks(1)", "right,l", "right l", "one rack to the right", (Where.FLOOR,)),
    Action("by_nodes(1)", "up,k", "up k", "one node up the rack", (Where.FLOOR,)),
    Action("by_nodes(-1)", "down,j", "down j", "one node down the rack", (Where.FLOOR,)),
    Action("by_rows(-1)", "pageup", "PgUp", "one row back", (Where.FLOOR,)),
    Action("by_rows(1)", "pagedown", "PgDn", "one row on", (Where.FLOOR,)),
    Action("next(1)", "n", "n", "next node that needs a human", (Where.FLOOR,), "next"),
    Action("next(-1)", "N", "N", "the one before it", (Where.FLOOR,)),
    Action("zoom", "z", "z", "every GPU, or the whole site", (Where.FLOOR,), "zoom"),
    Action("open", "enter", "Enter", "open the selected node", (Where.FLOOR,), "open"),
    Action("move(-1)", "up,k", "up k", "up", (*_LISTS, Where.WORK)),
    Action("move(1)", "down,j", "down j", "down", (*_LISTS, Where.WORK)),
    Action("scroll(-1)", "up,k", "up k", "scroll up", (Where.INCIDENT,)),
    Action("scroll(1)", "down,j", "down j", "scroll down", (Where.INCIDENT,)),
    Action("page(-1)", "pageup", "PgUp", "a page up", (*_LISTS, Where.INCIDENT)),
    Action("page(1)", "pagedown", "PgDn", "a page down", (*_LISTS, Where.INCIDENT)),
    Action("open", "enter", "Enter", "open the selected incident", _LISTS, "open"),
    Action(
        "acknowledge",
        "a",
        "a",
        "acknowledge the incident: it is yours",
        (Where.FLOOR, Where.INCIDENT, *_LISTS),
        "ack",
    ),
    Action("hold", "h", "h", "hold it: nothing automatic happens there", _INNER, "hold"),
    Action("lift", "u", "u", "lift the hold", _INNER, "lift"),
    Action("approve", "y", "y", "say yes to what is proposed (lead)", (Where.INCIDENT,)),
    Action("decline", "n", "n", "say no to what is proposed (lead)", (Where.INCIDENT,)),
    Action("let_die", "d", "d", "let running jobs die (lead)", (Where.INCIDENT,), "jobs die"),
    Action("order(-1)", "left_square_bracket", "[", "the order before", (Where.WORK,)),
    Action("order(1)", "right_square_bracket", "]", "the next order", (Where.WORK,)),
    Action("acknowledge", "a", "a", "acknowledge the work order", (Where.WORK,), "ack"),
    Action("start", "s", "s", "start the work", (Where.WORK,), "start"),
    Action("tick", "space", "Space", "tick the selected step", (Where.WORK,), "tick"),
    Action("note", "b", "b", "tick it with a note", (Where.WORK,), "note"),
    Action("close", "c", "c", "close the order", (Where.WORK,), "close"),
    Action("mine", "m", "m", "my queue or everybody's", (Where.WORK,)),
    Action("runbook(-1)", "pageup", "PgUp", "scroll the runbook up", (Where.WORK,)),
    Action("runbook(1)", "pagedown", "PgDn", "scroll the runbook down", (Where.WORK,)),
    Action("open", "enter", "Enter", "open the order's node", (Where.WORK,)),
    Action("back", "escape", "Esc", "back up", _INNER, "back"),
    Action("help", "question_mark", "?", "this help", label="help"),
    Action("quit", "q", "q", "quit", label="quit"),
    Action("quit", "ctrl+c", "Ctrl-C", "quit, from everywhere", always=True),
)


def bindings(where: Where) -> list[BindingType]:
    """Return the keys of one screen, or those that work everywhere."""
    return [
        Binding(action.keys, action.call, action.help, show=False, priority=action.always)
        for action in ACTIONS
        if where in action.where
    ]


def footer(where: Where) -> Line:
    """Return the line of keys at the bottom of a screen."""
    everywhere = [one for one in ACTIONS if one.label and Where.EVERYWHERE in one.where]
    here = [one for one in ACTIONS if one.label and where in one.where]
    runs: list[Run] = []
    for action in (*everywhere, *here):
        runs += [(f" {action.shown}", Ink.HEADING), (f" {action.label}", Ink.MUTED)]
    return tuple(runs)


def help_lines(where: Where) -> Iterator[Line]:
    """Yield what every key does, the screen's own first."""
    for title in (where, Where.EVERYWHERE):
        yield text(title.value, Ink.HEADING)
        for action in ACTIONS:
            if title in action.where:
                yield ((f"  {action.shown:<10}", Ink.STRONG), (action.help, Ink.TEXT))
