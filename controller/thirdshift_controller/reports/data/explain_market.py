"""Which cloud prices stand beside our own, how old each is, and which of them decide."""

from __future__ import annotations

from collections.abc import Iterator

from thirdshift_controller.costs.market.prices import Quote
from thirdshift_controller.costs.month.figures import MonthFigures
from thirdshift_controller.reports.data.text_table import RULE, note, table_row


def explain_cloud(figures: MonthFigures) -> Iterator[str]:
    """Every quote for the GPU, cheapest first, and the band of those that decide."""
    if not figures.quotes:
        yield f"The price table knows no price of {figures.gpu_model} by this month."
        return
    yield from table_row("", ["per GPU-hour", "days old"])
    yield RULE
    for quote in figures.quotes:
        yield from _quote(quote)
    yield RULE
    band = figures.cloud
    if band is None:
        yield "None of them is dated, fresh and first-hand enough to decide."
        return
    words = f"middle of {band.quotes} on demand, of {band.providers} providers"
    yield from table_row(words, [band.median.shown(), ""])
    yield from table_row("lowest", [band.low.row.price.shown(), ""])
    yield from table_row("highest", [band.high.row.price.shown(), ""])


def _quote(quote: Quote) -> Iterator[str]:
    row = quote.row
    yield from table_row(f"{row.provider}, {row.sku}", [row.price.shown(), f"{quote.age_days}"])
    terms = ", ".join(filter(None, (row.purchase_option.replace("_", " "), row.region)))
    decides = "decides" if quote.decides else f"is shown only ({quote.freshness}, {row.quality})"
    yield from note(f"{terms}; {row.source}, {row.as_of}; {decides}")
