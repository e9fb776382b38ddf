"""URLs as people write them in a site's files: no user, no query, nothing but a host and a path."""

from __future__ import annotations

import re
from urllib.parse import SplitResult, urlsplit

from thirdshift_controller.address import address_of

_BLANK = re.compile(r"\s")


def parts_of(url: str, *schemes: str) -> SplitResult | None:
    """The parts of a URL of one of these schemes; `None` for what is none."""
    try:
        address_of(url)
        parts = urlsplit(url)
    except ValueError:
        return None
    more = parts.query or parts.fragment or _BLANK.search(url)
    return parts if parts.scheme in schemes and not more else None
