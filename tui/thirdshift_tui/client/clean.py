"""Take the power to command a terminal out of text that others wrote.

Kernel logs, job names and notes reach the console from any tenant of the site, and Textual passes
control characters through to the terminal. So every answer is cleaned before it becomes a value.
"""

from __future__ import annotations

import unicodedata
from typing import Any

_KEPT = frozenset("\n\t")
_ESCAPE = "\x1b"
_VISIBLE_ESCAPE = "\u241b"
_UNPRINTABLE = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
"""Controls, formatters (bidi, zero width), lone surrogates, and separators that break a line."""


def clean_text(text: str) -> str:
    """Return the text without control or formatting characters; ESC stays, as the visible ␛."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(_cleaned(character) for character in text)


def clean(value: Any) -> Any:
    """Return decoded JSON with every string in it cleaned, keys included."""
    match value:
        case str():
            return clean_text(value)
        case list():
            return [clean(item) for item in value]
        case dict():
            return {clean_text(key): clean(item) for key, item in value.items()}
        case _:
            return value


def _cleaned(character: str) -> str:
    if character in _KEPT:
        return character
    if character == _ESCAPE:
        return _VISIBLE_ESCAPE
    return "" if unicodedata.category(character) in _UNPRINTABLE else character
