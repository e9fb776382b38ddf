"""Connections to agents, pooled by urllib3. What an agent says before it hangs up is heard."""

from __future__ import annotations

import ssl
from typing import Any

from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, PoolManager
from urllib3.connection import HTTPSConnection

KEPT_PER_READER = 8
"""Connections left open between sweeps; a site of more nodes opens the others anew."""


class _Hearing(HTTPSConnection):
    """Since TLS 1.3 a server looks at our certificate while we are already asking.

    One that refuses it says so and hangs up; whoever gives up on writing never reads why.
    """

    def send(self, data: Any) -> None:
        try:
            super().send(data)
        except ssl.SSLEOFError as error:
            raise BrokenPipeError("it hung up while we asked") from error  # urllib3 reads on


class _HearingPool(HTTPSConnectionPool):
    ConnectionCls = _Hearing


def connections(
    readers: int, timeout_seconds: float, headers: dict[str, str], context: ssl.SSLContext
) -> PoolManager:
    """For as many readers at one time; nothing is tried twice, and no proxy is asked."""
    made = PoolManager(
        num_pools=readers * KEPT_PER_READER,
        maxsize=readers,
        headers=headers,
        ssl_context=context,
        timeout=timeout_seconds,
        retries=False,
    )
    made.pool_classes_by_scheme = {"http": HTTPConnectionPool, "https": _HearingPool}
    return made
