"""One line of text from the user, such as the serials that were swapped."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, Static


class NoteScreen(ModalScreen[str | None]):
    """Asks for a note; Esc gives None."""

    BINDINGS: ClassVar[list[BindingType]] = [("escape", "dismiss(None)", "leave")]

    def __init__(self, question: str) -> None:
        super().__init__()
        self._question = question

    def compose(self) -> ComposeResult:
        """Yield the question and the field."""
        with Vertical(id="note"):
            yield Static(self._question, markup=False)
            yield Input(max_length=500)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Hand the note back."""
        self.dismiss(event.value)
