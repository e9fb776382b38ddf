"""A report as one HTML file that needs nothing else: no script, no fetch, its charts inside."""

from __future__ import annotations

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from thirdshift_controller.reports.blocks import Cell, Report, Tone, Toned
from thirdshift_controller.reports.writers.typography import unbroken


def html(report: Report) -> str:
    """The page."""
    return _environment().get_template("report.html.j2").render(report=report)


def _environment() -> Environment:
    """Everything that is not a chart is escaped; an unknown name in a template is an error."""
    templates = Environment(
        loader=PackageLoader("thirdshift_controller.reports.writers", "."),
        undefined=StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    templates.filters |= {
        "drawing": Markup,
        "kind": lambda block: type(block).__name__.lower(),
        "text": _text,
        "tone": _tone,
        "unbroken": unbroken,
    }
    return templates


def _text(cell: Cell) -> str:
    return cell.text if isinstance(cell, Toned) else cell


def _tone(cell: Cell) -> str:
    return cell.tone if isinstance(cell, Toned) else Tone.PLAIN
