"""A device that is no GPU: memory is the host's, a product is a function of its inputs.

What is broken on it is set before the burn-in.
"""

from __future__ import annotations

import struct
from itertools import count as numbers
from zlib import crc32

from thirdshift_agent.checks.gemm.device import DeviceError


class ScriptedDevice:
    """`wrong_products`: which multiplications, counted from 1, give a bit too much.

    `stuck`: offset of a byte whose lowest bit is always set, in each piece of memory.
    """

    def __init__(
        self, size_bytes: int = 4096, wrong_products: tuple[int, ...] = (), stuck: int | None = None
    ) -> None:
        self._size_bytes, self._wrong, self._stuck = size_bytes, wrong_products, stuck
        self._memory: dict[int, bytearray] = {}
        self._addresses, self._products = numbers(1), 0
        self.waits = 0

    def versions(self) -> str:
        """Which libraries these are."""
        return "none"

    def free_bytes(self) -> int:
        """Memory that can still be had."""
        return self._size_bytes - sum(map(len, self._memory.values()))

    def allocate(self, size_bytes: int) -> int:
        """Return the address of new memory."""
        if size_bytes > self.free_bytes():
            raise DeviceError("cudaMalloc: out of memory (2)")
        address = next(self._addresses)
        self._memory[address] = bytearray(size_bytes)
        return address

    def release(self, address: int) -> None:
        """Give memory back."""
        del self._memory[address]

    def fill(self, address: int, value: int, size_bytes: int) -> None:
        """Write one byte's value everywhere."""
        self.write(address, bytes([value]) * size_bytes)

    def write(self, address: int, data: bytes) -> None:
        """Copy from the host."""
        memory = self._memory[address]
        memory[: len(data)] = data
        if self._stuck is not None and self._stuck < len(memory):
            memory[self._stuck] |= 1

    def read(self, address: int, into: bytearray) -> None:
        """Copy to the host, as much as there is room for."""
        into[:] = self._memory[address][: len(into)]

    def multiply(self, a: int, b: int, product: int, size: int) -> None:
        """Begin product = a x b; here any function of both will do."""
        self._products += 1
        drawn = float(crc32(self._memory[a] + self._memory[b]) % 1000 + 1)
        values = [drawn] * (size * size)
        values[-1] += self._products in self._wrong
        self._memory[product][:] = struct.pack(f"{len(values)}f", *values)

    def wait(self) -> None:
        """Return when all that was begun has ended."""
        self.waits += 1

    def difference(self, one: int, other: int, count: int) -> float:
        """Sum the absolute differences of `count` single-precision numbers."""
        pairs = zip(self._numbers(one, count), self._numbers(other, count), strict=True)
        return sum(abs(here - there) for here, there in pairs)

    def magnitude(self, address: int, count: int) -> float:
        """Sum the absolute values of `count` single-precision numbers."""
        return sum(map(abs, self._numbers(address, count)))

    def _numbers(self, address: int, count: int) -> tuple[float, ...]:
        return struct.unpack(f"{count}f", self._memory[address][: count * 4])
