"""Why a check was not begun. What a check finds is no error."""

from __future__ import annotations


class CheckError(Exception):
    """The check cannot be made; the text says why and what mends it."""
