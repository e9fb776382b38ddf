"""Fetches what a node knows of its fault, over SSH. Implements `remedies.inspection.Inspector`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from thirdshift_controller.adapters.exhibits import Source, sources_for
from thirdshift_controller.adapters.ssh_connection import (
    CutOff,
    NotReached,
    NotRead,
    SshSettings,
    connected,
)
from thirdshift_controller.adapters.tail import Tail
from thirdshift_controller.fleet.inventory import Node
from thirdshift_controller.remedies.inspection import Exhibit

COMPLAINTS_KEPT_BYTES = 2048
READ_SECONDS = 120.0
"""For a file that a command left behind."""


class SshInspector:
    """Asks one exhibit after the other, each over a connection of its own."""

    def __init__(
        self,
        settings: SshSettings,
        sources_for: Callable[[str | None], Sequence[Source]] = sources_for,
    ) -> None:
        self._settings, self._sources_for = settings, sources_for

    def inspect(self, node: Node, pci_address: str | None) -> Iterator[Exhibit]:
        """Every exhibit in turn; a node that is not reached is asked no more."""
        refusal: str | None = None
        for source in self._sources_for(pci_address):
            if refusal is None:
                try:
                    exhibit = self._take(node, source)
                except NotReached as error:
                    refusal = str(error)
            yield exhibit if refusal is None else _missing(source, refusal)

    def _take(self, node: Node, source: Source) -> Exhibit:
        kept, complaints = _Bounded(source.limit_bytes), Tail(COMPLAINTS_KEPT_BYTES)
        try:
            problem = self._fill(node, source, kept, complaints)
        except _TooLongError:
            problem = f"longer than {source.limit_bytes} bytes; this is its beginning"
        except (CutOff, NotRead) as error:
            problem = str(error)
        return Exhibit(source.name, source.command, bytes(kept.content) or None, problem)

    def _fill(self, node: Node, source: Source, kept: _Bounded, complaints: Tail) -> str | None:
        """What is wrong with it, if anything."""
        output = kept.add if source.file is None else complaints.add
        with connected(self._settings, node) as connection:
            status = connection.run(source.command, source.seconds, output, complaints.add)
            if status != 0:
                return f"exit status {status}: {complaints}".rstrip(": \n")
            if source.file is not None:
                connection.read(source.file, READ_SECONDS, kept.add)
        return None if kept.content else "it is empty"


class _TooLongError(Exception):
    """More came than may be kept."""


class _Bounded:
    """Keeps what it is given up to a limit. Raises `_TooLongError` beyond it."""

    def __init__(self, limit_bytes: int) -> None:
        self.content = bytearray()
        self._limit_bytes = limit_bytes

    def add(self, chunk: bytes) -> None:
        """Take more."""
        self.content += chunk
        if len(self.content) > self._limit_bytes:
            del self.content[self._limit_bytes :]
            raise _TooLongError


def _missing(source: Source, problem: str) -> Exhibit:
    return Exhibit(source.name, source.command, None, problem)
