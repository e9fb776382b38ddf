"""Hosts with an address and a cable of their own, on this machine: network namespaces. Needs root.

Their addresses are of the range that is kept for tests of networks (RFC 2544) and lead nowhere.
"""

from __future__ import annotations

import itertools
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest

from servers.process import need

_NETWORKS = 2**15
"""Networks of four addresses in 198.18.0.0/15."""
_count = itertools.count()


@dataclass(frozen=True, slots=True)
class Host:
    """One host; this machine reaches it by one cable."""

    name: str
    address: str

    @property
    def within(self) -> tuple[str, ...]:
        """The command that runs another on the host."""
        return ("ip", "netns", "exec", self.name)

    def pull_the_cable(self) -> None:
        """Nothing goes in or out from now on, and nobody is told."""
        _ip("-n", self.name, "link", "set", "eth0", "down")


@contextmanager
def host() -> Iterator[Host]:
    """A host until the block ends."""
    if os.geteuid() != 0:
        pytest.fail("network namespaces need root; run the tests as root")
    number = next(_count)
    name, cable = f"thirdshift-{os.getpid()}-{number}", f"ts{os.getpid()}-{number}"
    here, there = _addresses((os.getpid() * 31 + number) % _NETWORKS)
    _ip("netns", "add", name)
    try:
        _ip("link", "add", cable, "type", "veth", "peer", "name", "eth0", "netns", name)
        _ip("address", "add", f"{here}/30", "dev", cable)
        _ip("link", "set", cable, "up")
        _ip("-n", name, "address", "add", f"{there}/30", "dev", "eth0")
        _ip("-n", name, "link", "set", "eth0", "up")
        _ip("-n", name, "link", "set", "lo", "up")
        yield Host(name, there)
    finally:
        _ip("netns", "delete", name)


def _addresses(network: int) -> tuple[str, str]:
    first = network * 4
    octets = f"198.{18 + (first >> 16)}.{(first >> 8) & 255}"
    return f"{octets}.{(first & 255) + 1}", f"{octets}.{(first & 255) + 2}"


def _ip(*arguments: str) -> None:
    subprocess.run([need("ip"), *arguments], check=True, capture_output=True, text=True)
