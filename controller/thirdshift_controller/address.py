"""`host` and `port` as people write them: `10.0.1.1:22`, `gpu-0101`, `[fd00::1]:22`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

_SHAPE = re.compile(
    r"(?:\[(?P<ipv6>[0-9A-Fa-f:.]+)\]|(?P<host>[A-Za-z0-9](?:[A-Za-z0-9._-]*)))(?::(?P<port>[0-9]{1,5}))?"
)

_PORTS = {"http": 80, "https": 443, "ipmi": 623}


@dataclass(frozen=True, slots=True)
class Address:
    """Where something listens."""

    host: str
    port: int

    @classmethod
    def parse(cls, text: str, default_port: int | None = None) -> Address:
        """Read `host:port`. Raises `ValueError` that says how to write it."""
        shape = _SHAPE.fullmatch(text)
        port = shape and (shape["port"] or default_port)
        if shape is None or port is None or not 0 < int(port) < 65536:
            shapes = '"host:port"' if default_port is None else '"host" or "host:port"'
            raise ValueError(f'"{text}" is not an address; write it as {shapes}')
        return cls(shape["ipv6"] or shape["host"], int(port))


def address_of(url: str) -> Address:
    """Where a URL leads; to its scheme's own port where it names none. Raises `ValueError`."""
    parts = urlsplit(url)
    return Address.parse(parts.netloc, _PORTS.get(parts.scheme))
