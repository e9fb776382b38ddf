"""A letter with files, and whoever carries it. `adapters/` implements it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


class PostUnreachableError(Exception):
    """Nobody took the letter, or nobody knows whether they did; it may go again."""


class PostRefusedError(Exception):
    """The server will take no such letter from us; the text says what mends it."""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file."""

    name: str
    media_type: str
    """Such as `application/pdf`."""
    content: bytes


@dataclass(frozen=True, slots=True)
class Letter:
    """The same for everybody who gets it."""

    key: str
    """Stays the same when it goes again, so that a mailbox can tell: `toronto-1.2026-11.final`."""
    subject: str
    text: str
    """A few lines."""
    attachments: tuple[Attachment, ...] = ()


class Post(Protocol):
    """Carries letters."""

    def send(self, letter: Letter, to: Sequence[str], now: datetime) -> Mapping[str, str]:
        """Hand the letter over; returns who was refused, and why. All others will have it.

        Raises `PostUnreachableError` or `PostRefusedError`; then nobody has it.
        """
        ...
