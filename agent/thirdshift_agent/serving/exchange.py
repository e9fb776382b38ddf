"""What goes through the agent's doors: requests and answers. How is `connection.py`'s business."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass

JSON = "application/json"

Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Request:
    """What a client asks."""

    method: str
    path: str
    query: tuple[tuple[str, str], ...]
    body: bytes
    given_up: Callable[[], bool] = lambda: False
    """Whether the client has gone, so that no answer need be waited for any more."""
    accept: str = ""
    """The formats that it reads, as HTTP's `Accept` says them."""
    authorization: str | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What it gets."""

    status: int
    body: bytes
    content_type: str = JSON
    headers: Headers = ()
    """What else is told above the body."""


Handle = Callable[[Request], Answer | None]
"""Answers a request; `None` closes the connection without a word."""


def refusal(status: int, sentence: str, headers: Headers = ()) -> Answer:
    """Return an error as JSON: one sentence."""
    return Answer(status, json.dumps({"error": sentence}).encode(), headers=headers)
