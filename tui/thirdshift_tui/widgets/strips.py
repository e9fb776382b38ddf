"""From an inked line to what Textual paints.

Every segment gets a whole style of its own: Textual's colour filter fails on one that has none, and
paints no background under a line widget's segments.
"""

from __future__ import annotations

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from thirdshift_tui.draw.ink import Line
from thirdshift_tui.palette import COLOURED, COLOURLESS

_ONE_LINE = {ord("\n"): " ", ord("\t"): " "}


def strip(line: Line, base: Style, width: int, *, no_color: bool) -> Strip:
    """Return the line in exactly `width` cells."""
    styles = COLOURLESS if no_color else COLOURED
    segments = [Segment(words.translate(_ONE_LINE), base + styles[ink]) for words, ink in line]
    return Strip(segments).adjust_cell_length(width, base)
