"""One GPU as the burn-in needs it. `cuda.py` is the real one, `scripted.py` the shipped fake."""

from __future__ import annotations

from typing import Protocol


class LibraryMissingError(Exception):
    """A library of CUDA is not on this node; the text says which."""


class DeviceError(Exception):
    """A call failed; the text names the call and the library's reason."""


class Device(Protocol):
    """One GPU. Addresses are plain numbers; every method raises `DeviceError`."""

    def versions(self) -> str:
        """Which libraries these are."""
        ...

    def free_bytes(self) -> int:
        """Memory that can still be had."""
        ...

    def allocate(self, size_bytes: int) -> int:
        """Return the address of new memory."""
        ...

    def release(self, address: int) -> None:
        """Give memory back."""
        ...

    def fill(self, address: int, value: int, size_bytes: int) -> None:
        """Write one byte's value everywhere."""
        ...

    def write(self, address: int, data: bytes) -> None:
        """Copy from the host."""
        ...

    def read(self, address: int, into: bytearray) -> None:
        """Copy to the host, as much as there is room for."""
        ...

    def multiply(self, a: int, b: int, product: int, size: int) -> None:
        """Begin product = a x b, square, half precision in, single precision out."""
        ...

    def wait(self) -> None:
        """Return when all that was begun has ended."""
        ...

    def difference(self, one: int, other: int, count: int) -> float:
        """Sum the absolute differences of `count` single-precision numbers; `other` is spent."""
        ...

    def magnitude(self, address: int, count: int) -> float:
        """Sum the absolute values of `count` single-precision numbers."""
        ...
