"""Closing a month: its postings and figures as they were shown, kept word for word.

A closed month is never reckoned again. What turns out otherwise later is posted as a correction in
the month that is open then (`restate.py`). Where the file lies is the caller's business.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256

from pydantic import JsonValue, TypeAdapter, ValidationError

from thirdshift_controller.config import ConfigError
from thirdshift_controller.costs.calendar import Month
from thirdshift_controller.costs.posting import Posting
from thirdshift_controller.errors import ConflictError


@dataclass(frozen=True, slots=True)
class ClosedMonth:
    """A month that is told the same for ever."""

    month: str
    """`2026-10`."""
    closed_on: date
    postings: tuple[Posting, ...]
    figures: dict[str, JsonValue]
    """What else was shown; the ledger does not look into it."""
    sha256: str = ""
    """Of its own JSON without this field."""


_JSON = TypeAdapter(ClosedMonth)
_REMEDY = "a closed month is not edited: put back the file that was written, or mend the books"


def close(
    month: Month,
    today: date,
    postings: Sequence[Posting],
    figures: Mapping[str, JsonValue],
    earlier: ClosedMonth | None = None,
) -> ClosedMonth:
    """The month as it is closed; `earlier`, the same month closed before, stays as it is.

    Raises `ConflictError` where the month has not ended.
    """
    if earlier is not None:
        return earlier
    if today <= month.last_day:
        raise ConflictError(f"{month} lasts until {month.last_day}; close it after that")
    unsealed = ClosedMonth(str(month), today, tuple(postings), dict(figures))
    return replace(unsealed, sha256=_digest(unsealed))


def to_json(closed: ClosedMonth) -> str:
    """Its canonical text: sorted keys, amounts as text with every digit."""
    values = _JSON.dump_python(closed, mode="json")
    return json.dumps(values, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def from_json(text: str, file: str) -> ClosedMonth:
    """Read what `to_json` wrote. Raises `ConfigError` for what was changed since."""
    try:
        closed = _JSON.validate_json(text)
    except ValidationError as error:
        found = error.errors(include_url=False)[0]
        key = ".".join(map(str, found["loc"])) or "the whole"
        raise ConfigError(f"{file}: {key}: {found['msg']}; {_REMEDY}") from None
    if _digest(closed) != closed.sha256:
        raise ConfigError(f"{file}: does not match its sha256, so it was changed; {_REMEDY}")
    return closed


def _digest(closed: ClosedMonth) -> str:
    return sha256(to_json(replace(closed, sha256="")).encode()).hexdigest()
