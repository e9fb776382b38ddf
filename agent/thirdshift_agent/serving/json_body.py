"""The body of a request that acts: one JSON object, whose fields are asked for by their kind."""

from __future__ import annotations

import json
from typing import Any, TypeVar

T = TypeVar("T")


class BodyError(ValueError):
    """The request's body cannot be used; the text says what to send."""


class JsonBody:
    """One JSON object. Each question raises `BodyError` where the field is another thing."""

    def __init__(self, body: bytes) -> None:
        """Raises `BodyError`."""
        try:
            self._fields: Any = json.loads(body)
        except ValueError as error:
            raise BodyError(f"the body is no JSON: {error}") from error
        if not isinstance(self._fields, dict):
            raise BodyError("the body is no JSON object")

    def word(self, key: str) -> str:
        """A text."""
        return self._field(key, str, "a text")

    def whole(self, key: str) -> int:
        """A whole number."""
        return self._field(key, int, "a whole number")

    def some_whole(self, key: str) -> int | None:
        """A whole number, or `None` where there is none."""
        return None if self._fields.get(key) is None else self.whole(key)

    def flag(self, key: str) -> bool:
        """True or false."""
        return self._field(key, bool, "true or false")

    def number(self, key: str, least: float, most: float) -> float:
        """A number from `least` to `most`."""
        value = self._fields.get(key)
        if type(value) not in (int, float) or not least <= value <= most:
            raise BodyError(f"{key}={value!r}: give a number from {least:.0f} to {most:.0f}")
        return float(value)

    def _field(self, key: str, kind: type[T], words: str) -> T:
        value: T = self._fields.get(key)
        if type(value) is not kind:
            raise BodyError(f"{key}={value!r}: give {words}")
        return value
