"""The files that a month is written to, each the same bytes for the same figures."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from enum import StrEnum
from importlib.util import find_spec
from pathlib import Path

from thirdshift_controller.costs.month.figures import MonthFigures
from thirdshift_controller.disk import put
from thirdshift_controller.reports.blocks import Report
from thirdshift_controller.reports.data.figures_json import figures_json
from thirdshift_controller.reports.data.focus import focus_csv
from thirdshift_controller.reports.data.parquet import focus_parquet
from thirdshift_controller.reports.data.tidy import tidy_csv
from thirdshift_controller.reports.pages import report
from thirdshift_controller.reports.writers.html import html
from thirdshift_controller.reports.writers.markdown import markdown
from thirdshift_controller.reports.writers.pdf import pdf


class Format(StrEnum):
    """One of them, by the end of its file's name."""

    HTML = "html"
    PDF = "pdf"
    MARKDOWN = "md"
    JSON = "json"
    """Every figure."""
    TIDY = "csv"
    """One fact a row."""
    FOCUS = "focus.csv"
    PARQUET = "focus.parquet"


def usable() -> tuple[Format, ...]:
    """All but Parquet, whose library is an extra of its own, where that is not installed."""
    return tuple(one for one in Format if one is not Format.PARQUET or find_spec("pyarrow"))


_READ: dict[Format, Callable[[Report], str | bytes]] = {
    Format.HTML: html,
    Format.PDF: pdf,
    Format.MARKDOWN: markdown,
}
"""What people read: laid out in pages first."""
_COUNTED: dict[Format, Callable[[MonthFigures], str | bytes]] = {
    Format.JSON: figures_json,
    Format.TIDY: tidy_csv,
    Format.FOCUS: focus_csv,
    Format.PARQUET: focus_parquet,
}
"""What programs read."""


def write_month(figures: MonthFigures, folder: Path, formats: Iterable[Format]) -> list[Path]:
    """Write `YYYY-MM.html` and so on, replacing earlier ones. Raises `OSError`."""
    wanted = list(formats)
    laid_out = report(figures) if _READ.keys() & set(wanted) else None
    written = []
    for one in wanted:
        content = _READ[one](laid_out) if laid_out and one in _READ else _COUNTED[one](figures)
        whole = content if isinstance(content, bytes) else content.encode()
        written.append(put(folder / f"{figures.month}.{one}", whole))
    return written
