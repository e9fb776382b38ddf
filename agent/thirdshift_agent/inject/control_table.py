"""The table that a stand-in for NVML reads: numbers by name, in a file that both sides map.

A name may end in `:<gpu>` to speak of one GPU alone. The layout is fixed by `tests/servers/nvml/
control.c`: slots of four 64-bit words, found by the FNV-1a hash of the name.
"""

from __future__ import annotations

import os
import time
from ctypes import Array, Structure, c_uint64, sizeof
from mmap import mmap
from pathlib import Path

from thirdshift_agent.inject.errors import InjectError

SLOTS = 4096
XID = 0x8
_WORD = (1 << 64) - 1


class Slot(Structure):
    """A name that stands in the table, known by its hash. Cleared ones keep their place."""

    _fields_ = (
        ("name", c_uint64),
        ("number", c_uint64),
        ("set_at", c_uint64),
        ("stands", c_uint64),
    )


class ControlTable:
    """One table; every call into the library from now on sees what is set."""

    def __init__(self, path: Path) -> None:
        """Map the file; one that is not there is begun. Raises `InjectError` and `OSError`."""
        kind = Slot * SLOTS
        size = path.stat().st_size if path.exists() else 0
        if size not in (0, sizeof(kind)):
            raise InjectError(
                f"{path} is no table of a stand-in library; name another file with --nvml-control"
            )
        if size == 0:
            path.write_bytes(bytes(sizeof(kind)))
        self._path = path
        with path.open("r+b") as file:
            self._slots: Array[Slot] = kind.from_buffer(mmap(file.fileno(), sizeof(kind)))

    def get(self, key: str, gpu: int | None = None) -> int | None:
        """The number that stands under a name."""
        slot = self._slot(_hash(key, gpu))
        return int(slot.number) if slot.stands else None

    def set(self, key: str, value: int, gpu: int | None = None) -> None:
        """Let a number stand, for every GPU or for one."""
        self._put(key, value, gpu)
        os.utime(self._path)

    def clear(self, key: str, gpu: int | None = None) -> bool:
        """Take a name away; False where it does not stand."""
        slot = self._slot(_hash(key, gpu))
        stood, slot.stands = bool(slot.stands), 0
        os.utime(self._path)
        return stood

    def clear_all(self) -> None:
        """Take every name away but the count of events, which only grows."""
        kept = self.get("events")
        for slot in self._slots:
            slot.stands = 0
        if kept is not None:
            self._put("events", kept, None)
        os.utime(self._path)

    def send_event(self, gpu: int, kind: int, data: int) -> None:
        """Deliver an event through the event set that waits, or the next of a running process."""
        number = self.get("events") or 0
        self._put(f"event_type.{number}", kind, None)
        self._put(f"event.{number}", data, gpu)
        self.set("events", number + 1)

    def _put(self, key: str, value: int, gpu: int | None) -> None:
        name = _hash(key, gpu)
        slot = self._slot(name)
        slot.number, slot.set_at = value & _WORD, time.monotonic_ns()
        slot.name, slot.stands = name, 1

    def _slot(self, name: int) -> Slot:
        """Where a name stands, or is to stand."""
        for step in range(SLOTS // 2):
            slot = self._slots[(name + step) % SLOTS]
            if slot.name in (0, name):
                return slot
        raise OverflowError(f"the control table is full: it has {SLOTS} slots")


def _hash(key: str, gpu: int | None) -> int:
    name = 0xCBF29CE484222325
    for byte in (key if gpu is None else f"{key}:{gpu}").encode():
        name = (name ^ byte) * 0x100000001B3 & _WORD
    return name
