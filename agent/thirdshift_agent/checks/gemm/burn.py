"""The burn-in itself: the same product again and again, and memory that must give back patterns.

A product that differs by one bit from the first of the same inputs is silent corruption: on one
GPU, with one library and one stream, cuBLAS gives the same bits every time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from random import Random

from thirdshift_agent.checks.gemm.device import Device, DeviceError

HALF_BYTES, SINGLE_BYTES = 2, 4
BATCH = 10
"""Products between two looks at the result."""
CHUNK_BYTES = 256 * 1024**2
LEFT_BYTES = 1024**3
"""Memory left alone: the driver and cuBLAS need some."""
SEED = 1

_KEPT, _EXPONENT = 0x83FF, 0x3800
"""Of random 16 bits sign and mantissa; with this exponent, half-precision numbers of 0.5 to 1."""


@dataclass(frozen=True, slots=True)
class Compute:
    """What the products came to."""

    rate: float
    """Floating-point operations per second."""
    rounds: int
    wrong_rounds: int
    """Rounds whose last product was not the first one's, bit for bit."""
    checksum: str
    """Of the first product: GPUs of one model agree."""


@dataclass(frozen=True, slots=True)
class Memory:
    """What the patterns came to."""

    tested_bytes: int
    wrong_chunks: int
    first_wrong: str | None
    """Where and what, of the first byte that came back otherwise."""


def burn_compute(
    device: Device, size: int, seconds: float, monotonic: Callable[[], float]
) -> Compute:
    """Multiply two matrices of `size` rows for `seconds`, at least once. Raises `DeviceError`."""
    count = size * size
    a, b = (_matrix(device, count, seed) for seed in (SEED, SEED + 1))
    first, again = (device.allocate(count * SINGLE_BYTES) for _ in range(2))
    device.multiply(a, b, first, size)
    checksum = device.magnitude(first, count).hex()
    rounds = wrong = 0
    busy_seconds, began = 0.0, monotonic()
    while not rounds or monotonic() - began < seconds:
        before = monotonic()
        for _ in range(BATCH):
            device.multiply(a, b, again, size)
        device.wait()
        busy_seconds += monotonic() - before
        rounds += 1
        wrong += device.difference(first, again, count) != 0.0
    for address in (a, b, first, again):
        device.release(address)
    rate = 2.0 * size**3 * BATCH * rounds / busy_seconds if busy_seconds else 0.0
    return Compute(rate, rounds, wrong, checksum)


def burn_memory(device: Device, chunk_bytes: int = CHUNK_BYTES, left: int = LEFT_BYTES) -> Memory:
    """Write all memory that is free and read it back, then its complement.

    Each bit is once set and once clear, and neighbouring chunks differ. Raises `DeviceError`.
    """
    chunks = tuple(_all_chunks(device, chunk_bytes, left))
    wrong, first = 0, None
    back = bytearray(chunk_bytes)
    for flip in (0x00, 0xFF):
        for number, address in enumerate(chunks):
            device.fill(address, _pattern(number) ^ flip, chunk_bytes)
        for number, address in enumerate(chunks):
            device.read(address, back)
            wanted = _pattern(number) ^ flip
            if back != bytes([wanted]) * chunk_bytes:
                wrong += 1
                first = first or _where(back, wanted, number * chunk_bytes)
    for address in chunks:
        device.release(address)
    return Memory(len(chunks) * chunk_bytes, wrong, first)


def _matrix(device: Device, count: int, seed: int) -> int:
    address = device.allocate(count * HALF_BYTES)
    device.write(address, _numbers(count, seed))
    return address


def _numbers(count: int, seed: int) -> bytes:
    bits = int.from_bytes(Random(seed).randbytes(count * HALF_BYTES), "little")
    ones = int.from_bytes(b"\x01\x00" * count, "little")
    return ((bits & ones * _KEPT) | ones * _EXPONENT).to_bytes(count * HALF_BYTES, "little")


def _all_chunks(device: Device, chunk_bytes: int, left: int) -> Iterator[int]:
    for _ in range(max(0, device.free_bytes() - left) // chunk_bytes):
        try:
            yield device.allocate(chunk_bytes)
        except DeviceError:
            return


def _pattern(number: int) -> int:
    return (0x55 + 37 * number) & 0xFF


def _where(back: bytearray, wanted: int, offset: int) -> str:
    at = next(place for place, value in enumerate(back) if value != wanted)
    return f"byte {offset + at} is 0x{back[at]:02x}, not 0x{wanted:02x}"
