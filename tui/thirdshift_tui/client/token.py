"""A bearer token that does not show itself in a repr, a log or a traceback."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, repr=False)
class Token:
    """Hold a secret; `reveal` is the one way to it."""

    _secret: str

    def reveal(self) -> str:
        """Return the secret itself, for the one header that needs it."""
        return self._secret

    def __repr__(self) -> str:
        return "Token(***)"
