"""How each ink looks, in colour and without.

The colours are Okabe and Ito's, on #14171a at a contrast of 4.5 or more. Colour-blind readers can
still confuse some of them, which is why fill, weight and glyph differ too, and why the palette
without colour has attributes alone.
"""

from __future__ import annotations

from rich.style import Style

from thirdshift_tui.draw.ink import Ink

_GREY, _WHITE, _BLACK = "#7d8790", "#ffffff", "#000000"
_VERMILLION, _YELLOW, _PURPLE, _SKY, _GREEN = "#d55e00", "#f0e442", "#cc79a7", "#56b4e9", "#009e73"
_ORANGE = "#e69f00"

COLOURED = {
    Ink.TEXT: Style(color="#d7dce0"),
    Ink.MUTED: Style(color=_GREY),
    Ink.STRONG: Style(color=_WHITE, bold=True),
    Ink.HEADING: Style(color=_SKY, bold=True),
    Ink.CURSOR: Style(color=_WHITE, bold=True),
    Ink.ALARM: Style(color=_WHITE, bgcolor=_VERMILLION, bold=True),
    Ink.FAILED: Style(color=_WHITE, bgcolor=_VERMILLION, bold=True),
    Ink.FAILED_OWNED: Style(color=_VERMILLION, bold=True),
    Ink.DEGRADED: Style(color=_BLACK, bgcolor=_YELLOW, bold=True),
    Ink.DEGRADED_OWNED: Style(color=_YELLOW, bold=True),
    Ink.NO_DATA: Style(color=_BLACK, bgcolor=_PURPLE, bold=True),
    Ink.NO_DATA_OWNED: Style(color=_PURPLE, bold=True),
    Ink.REPAIR: Style(color=_SKY, bold=True),
    Ink.HELD: Style(color=_ORANGE),
    Ink.VALIDATING: Style(color=_GREEN),
    Ink.HEALTHY: Style(color=_GREY),
    Ink.EMPTY: Style(color="#4a4f55"),
}

_FILLED = Style(reverse=True, bold=True)
_BOLD = Style(bold=True)
_NORMAL = Style(bold=False)
_DIM = Style(dim=True)

COLOURLESS = {
    Ink.TEXT: _NORMAL,
    Ink.MUTED: _DIM,
    Ink.STRONG: _BOLD,
    Ink.HEADING: Style(bold=True, underline=True),
    Ink.CURSOR: _BOLD,
    Ink.ALARM: _FILLED,
    Ink.FAILED: _FILLED,
    Ink.FAILED_OWNED: _BOLD,
    Ink.DEGRADED: Style(reverse=True),
    Ink.DEGRADED_OWNED: _BOLD,
    Ink.NO_DATA: Style(reverse=True),
    Ink.NO_DATA_OWNED: _BOLD,
    Ink.REPAIR: _BOLD,
    Ink.HELD: _NORMAL,
    Ink.VALIDATING: _NORMAL,
    Ink.HEALTHY: _DIM,
    Ink.EMPTY: _DIM,
}
