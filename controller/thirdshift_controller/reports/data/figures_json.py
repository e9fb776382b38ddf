"""Every figure of a month as canonical JSON, and back. `docs/exports.md` tells its shape.

Keys are sorted; decimals are plain strings, so that no reader rounds them; instants are ISO 8601 in
UTC. The same figures give the same bytes.
"""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import TypeAdapter, ValidationError

from thirdshift_controller.costs.month.figures import MonthFigures
from thirdshift_controller.errors import RefusedError
from thirdshift_controller.reports.data.plain import decimal_text

SCHEMA = "thirdshift.month/1"
"""The number grows when a key goes, or comes to mean something else; new keys may come any time."""

_UNREADABLE = "this month's figures cannot be read; write its report anew"


def figures_json(figures: MonthFigures) -> str:
    """The whole document, a line feed at its end."""
    whole = {"schema": SCHEMA, "figures": _adapter().dump_python(figures)}
    text = json.dumps(
        whole, default=_plain, sort_keys=True, indent=1, ensure_ascii=False, allow_nan=False
    )
    return f"{text}\n"


def figures_from_json(text: str) -> MonthFigures:
    """The figures of a document that `figures_json` wrote. Raises `RefusedError` on any other."""
    try:
        whole = json.loads(text)
    except ValueError:
        raise RefusedError(_UNREADABLE) from None
    return figures_from_plain(whole)


def figures_from_plain(whole: object) -> MonthFigures:
    """The same of a document that was decoded already. Raises `RefusedError`."""
    if not isinstance(whole, dict) or whole.get("schema") != SCHEMA:
        raise RefusedError(f"this is no month of the schema {SCHEMA}; write its report anew")
    try:
        return _adapter().validate_python(whole["figures"])
    except (ValidationError, ValueError, KeyError):
        raise RefusedError(_UNREADABLE) from None


@cache
def _adapter() -> TypeAdapter[MonthFigures]:
    return TypeAdapter(MonthFigures)


def _plain(value: Any) -> str:
    if isinstance(value, Decimal):
        return decimal_text(value)
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, ZoneInfo):
        return value.key
    raise TypeError(f"{type(value).__name__} has no place in a month's figures")
