"""TLS with whoever answers, for `verify = false`.

Left to itself urllib3 loads the system's authorities for each connection, to ask none of them:
a megabyte and 20 ms for each BMC.
"""

from __future__ import annotations

import ssl
from functools import cache
from typing import Any

from requests.adapters import HTTPAdapter


class BelievesAnybody(HTTPAdapter):
    """Hands one context to all connections."""

    def init_poolmanager(self, *sizes: Any, **more: Any) -> None:
        """As the base, with our context."""
        super().init_poolmanager(*sizes, ssl_context=_context(), **more)


@cache
def _context() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context
