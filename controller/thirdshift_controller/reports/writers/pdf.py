"""A report as PDF on A4, set by Typst: the same bytes for the same report.

The blocks go to the template as data and never as markup, so that no name can be read as Typst.
Fonts are Typst's own and matplotlib's, never the machine's.
"""

from __future__ import annotations

import json
from dataclasses import fields, is_dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from thirdshift_controller.reports.blocks import Report, Toned
from thirdshift_controller.reports.writers.typography import unbroken

TEMPLATE = Path(str(files("thirdshift_controller.reports.writers") / "report.typ"))


def pdf(report: Report) -> bytes:
    """The document, tagged for readers who listen (PDF/UA-1)."""
    import typst

    compiler = typst.Compiler(
        TEMPLATE,
        root=TEMPLATE.parent,
        font_paths=[_fonts()],
        ignore_system_fonts=True,
        sys_inputs={"report": json.dumps(_plain(report))},
    )
    made = compiler.compile(format="pdf", pdf_standards="ua-1")
    assert isinstance(made, bytes)
    return made


def _fonts() -> Path:
    import matplotlib

    return Path(matplotlib.get_data_path()) / "fonts" / "ttf"


def _plain(value: object) -> Any:
    """Blocks as JSON has them; each says what kind it is."""
    match value:
        case Toned(text, tone):
            return {"text": unbroken(text), "tone": tone}
        case _ if is_dataclass(value):
            named = {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
            return {"kind": type(value).__name__.lower(), **named}
        case tuple():
            return [_plain(one) for one in value]
        case str():
            return value if value.startswith("<svg") else unbroken(value)
        case None | int():
            return value
        case _:
            return str(value)
