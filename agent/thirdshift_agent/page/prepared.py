"""Pages written before they are asked for, so that a scrape waits for little more than the wire.

What changes from one moment to the next is written when it is asked for; what only a new sample
changes is written once a sample, in the formats that somebody has asked for lately.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import NamedTuple

from thirdshift_agent.page.pages import Page, Pages, Section

FORGOTTEN_SECONDS = 120.0
"""After how long a format that nobody asks for any more is not prepared again."""

_END = b"# EOF\n"
"""Of a page in OpenMetrics."""

Write = Callable[[], Sequence[Section]]


class _Asked(NamedTuple):
    accept: str
    at: float
    """By the monotonic clock."""


class _Prepared(NamedTuple):
    token: object
    page: Page


class PreparedPages:
    """Safe from any thread; one thread calls `prepare`, as often as it pleases."""

    def __init__(
        self,
        fresh: Write,
        steady: Write,
        token: Callable[[], object],
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """`steady` sections change only when `token` gives something else."""
        self._fresh, self._steady, self._token = fresh, steady, token
        self._monotonic = monotonic
        self._fresh_pages, self._steady_pages = Pages(), Pages()
        self._asked: dict[str, _Asked] = {}
        self._prepared: dict[str, _Prepared] = {}

    def page(self, accept: str) -> Page:
        """Return the page in the best format that `accept` has."""
        head, content_type = self._fresh_pages.write(self._fresh(), accept)
        self._asked[content_type] = _Asked(accept, self._monotonic())
        ready = self._prepared.get(content_type)
        if ready is not None and ready.token is self._token():
            body = ready.page.body
        else:
            body = self._steady_pages.write(self._steady(), accept).body
        return Page(head.removesuffix(_END) + body, content_type)

    def prepare(self) -> None:
        """Write what was asked for lately anew."""
        token, now = self._token(), self._monotonic()
        lately = [
            asked for asked in self._asked.copy().values() if now - asked.at < FORGOTTEN_SECONDS
        ]
        pages = [self._steady_pages.write(self._steady(), asked.accept) for asked in lately]
        self._prepared = {page.content_type: _Prepared(token, page) for page in pages}
