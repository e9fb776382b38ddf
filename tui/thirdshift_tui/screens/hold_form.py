"""Asks why something is to be held, and for how long."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, Static

_MOST_HOURS = 1000


@dataclass(frozen=True, slots=True)
class HoldWish:
    """What was answered; None is until it is lifted."""

    reason: str
    lasts: timedelta | None


def span_of(hours: str) -> timedelta | None:
    """Return a span from what a person wrote; None for nothing. Raises `ValueError`, in words."""
    if not hours.strip():
        return None
    try:
        count = float(hours.replace(",", "."))
    except ValueError:
        count = 0.0
    if not 0 < count <= _MOST_HOURS:
        raise ValueError(f"Hours are a number above 0, up to {_MOST_HOURS}.")
    return timedelta(hours=count)


class HoldForm(ModalScreen[HoldWish | None]):
    """Enter goes from the reason to the hours, and then hands both back; Esc gives None."""

    BINDINGS: ClassVar[list[BindingType]] = [("escape", "dismiss(None)", "leave")]

    def __init__(self, place: str) -> None:
        super().__init__()
        self._place = place

    def compose(self) -> ComposeResult:
        """Yield the two fields and a line for what is wrong with them."""
        with Vertical(id="note"):
            yield Static(f"Hold {self._place}: nothing automatic happens there.", markup=False)
            yield Input(placeholder="why", max_length=500, id="reason")
            yield Input(placeholder="hours; empty: until it is lifted", max_length=8, id="hours")
            yield Static("Enter goes on   Esc: leave it", markup=False, id="complaint")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Go on to the hours, or hand the answers back."""
        reason = self.query_one("#reason", Input)
        hours = self.query_one("#hours", Input)
        if not reason.value.strip():
            self._complain("A hold needs a reason, for whoever comes next.", reason)
        elif event.input is reason:
            hours.focus()
        else:
            self._hand_back(reason.value.strip(), hours)

    def _hand_back(self, reason: str, hours: Input) -> None:
        try:
            self.dismiss(HoldWish(reason, span_of(hours.value)))
        except ValueError as error:
            self._complain(str(error), hours)

    def _complain(self, words: str, field: Input) -> None:
        self.query_one("#complaint", Static).update(words)
        field.focus()
