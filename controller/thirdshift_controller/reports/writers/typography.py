"""What paper and screen ask of a text, and plain Markdown does not."""

from __future__ import annotations

import re

_BEFORE_FIGURE = re.compile(r"\b([A-Z]{3}) (?=[\N{MINUS SIGN}-]?\d)")
_AFTER_FIGURE = re.compile(r"(?<=\d) (?=(?:%|kWh|MWh|kW|hours?|days?)(?!\w))")
_NO_BREAK = "\N{NO-BREAK SPACE}"


def unbroken(text: str) -> str:
    """With each figure and its currency or unit kept on one line."""
    return _AFTER_FIGURE.sub(_NO_BREAK, _BEFORE_FIGURE.sub(rf"\1{_NO_BREAK}", text))
