"""How every chart looks: one colour for what is owned, one for what is rented, the rest is grey.

Blue and orange differ in lightness too, so that they are told apart by every eye and on grey paper.
Text is DejaVu Sans, which comes with matplotlib, so that a chart is the same on any machine. The
only module that knows how matplotlib is set up and what of its SVG is kept.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from typing import TYPE_CHECKING, Any

from thirdshift_controller.reports.blocks import Width

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

OWN, RENT, INK, SOFT, RULE, PAPER = "#1f5fa8", "#c2570c", "#1d2733", "#5b6672", "#e3e7eb", "#ffffff"
OWN_TINTS = (OWN, "#6c9bd0", "#a5c3e4", "#d3e2f2")
"""Darkest first."""
GREYS = ("#66717c", "#939ca5", "#bcc3ca", "#dfe3e7")
"""Darkest first."""
RENT_TINT = "#f6d9c4"
TEXT_POINTS = 8.5
SMALL_POINTS = 7.5
"""Nothing is smaller."""

_LONGEST_NAME = 32
_WIDTHS_MM = {Width.HALF: 80.0, Width.FULL: 160.0}
_MM_PER_INCH = 25.4
_NO_METADATA = dict.fromkeys(("Creator", "Date", "Format", "Type"))
_STYLE: dict[Any, Any] = {
    "svg.fonttype": "none",
    "font.family": "DejaVu Sans",
    "font.size": TEXT_POINTS,
    "text.color": INK,
    "text.parse_math": False,
    "axes.labelcolor": SOFT,
    "axes.labelsize": SMALL_POINTS,
    "axes.edgecolor": SOFT,
    "axes.linewidth": 0.6,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "axes.titlesize": TEXT_POINTS,
    "axes.titlelocation": "left",
    "axes.titleweight": "bold",
    "grid.color": RULE,
    "grid.linewidth": 0.8,
    "legend.fontsize": SMALL_POINTS,
    "legend.frameon": False,
    "xtick.color": SOFT,
    "xtick.labelsize": SMALL_POINTS,
    "ytick.color": SOFT,
    "ytick.labelsize": SMALL_POINTS,
}
_OWN_STYLE_SHEET = re.compile(r" *<defs>\s*<style type=\"text/css\">[^<]*</style>\s*</defs>\n?")
_NAME_OF_A_GROUP = re.compile(r"(?<=<g) id=\"[^\"]*_\d+\"")


@contextmanager
def paper(name: str) -> Iterator[None]:
    """Draw in the house's style; `name` keeps one chart's inner names apart from another's."""
    from matplotlib import rc_context

    with rc_context({**_STYLE, "svg.hashsalt": f"thirdshift {name}"}):
        yield


def sheet(width: Width, height_mm: float) -> Figure:
    """An empty drawing."""
    from matplotlib.figure import Figure

    size = _WIDTHS_MM[width] / _MM_PER_INCH, height_mm / _MM_PER_INCH
    return Figure(figsize=size, layout="constrained")


def svg(figure: Figure) -> str:
    """The `<svg>` element, without the style sheet and names that would leak into a page.

    A sign that our font has not is left to the reader's: the text of an SVG is text.
    """
    drawn = StringIO()
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Glyph", UserWarning)
        figure.savefig(drawn, format="svg", metadata=_NO_METADATA, transparent=True)
    text = drawn.getvalue()
    text = _OWN_STYLE_SHEET.sub("", text[text.index("<svg") :])
    return _NAME_OF_A_GROUP.sub("", text)


def short(name: str) -> str:
    """Somebody's name, cut where it would push the drawing aside."""
    return name if len(name) <= _LONGEST_NAME else f"{name[: _LONGEST_NAME - 1].rstrip()}…"


def bare_y(axes: Axes) -> None:
    """Leave only the names of the rows, and the grid that leads the eye up from the x axis."""
    axes.tick_params(axis="y", length=0, labelcolor=INK)
    axes.spines["left"].set_visible(False)
    axes.grid(axis="x")


def bare_x(axes: Axes) -> None:
    """Leave only the names of the columns, and the grid that leads the eye to the y axis."""
    axes.tick_params(axis="x", length=0, labelcolor=INK)
    axes.spines["left"].set_visible(False)
    axes.tick_params(axis="y", length=0)
    axes.grid(axis="y")


def beside(
    axes: Axes, text: str, x: float, y: float, ink: str = INK, *, before: bool = False
) -> None:
    """A figure right of the end of its bar, or left of it."""
    axes.annotate(
        text,
        (x, y),
        (-3 if before else 3, 0),
        textcoords="offset points",
        ha="right" if before else "left",
        va="center",
        color=ink,
        fontsize=SMALL_POINTS,
    )
