"""The real device: the CUDA runtime and cuBLAS of the node, through ctypes. It decides nothing."""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from ctypes import byref, c_char, c_char_p, c_float, c_int, c_size_t, c_void_p
from ctypes.util import find_library

from thirdshift_agent.checks.gemm.device import DeviceError, LibraryMissingError

RUNTIMES = ("libcudart.so.13", "libcudart.so.12", "libcudart.so.11.0")
CUBLASES = ("libcublas.so.13", "libcublas.so.12", "libcublas.so.11")

_TO_DEVICE, _TO_HOST = 1, 2
_AS_IS = 0
_HALF, _SINGLE = 2, 0
_COMPUTE_SINGLE = 68
_ANY_ALGORITHM = -1
"""cudaMemcpyKind, cublasOperation_t, cudaDataType_t, cublasComputeType_t, cublasGemmAlgo_t."""


class CudaDevice:
    """The first GPU that the process may see. Raises `LibraryMissingError`, `DeviceError`."""

    def __init__(self) -> None:
        self._cuda = _library("the CUDA runtime", RUNTIMES, "cudart")
        self._blas = _library("cuBLAS", CUBLASES, "cublas")
        self._cuda.cudaGetErrorString.restype = c_char_p
        self._handle = c_void_p()
        self._call("cudaSetDevice", c_int(0))
        self._blas_call("cublasCreate_v2", byref(self._handle))

    def versions(self) -> str:
        """Which libraries these are."""
        version = c_int()
        self._blas_call("cublasGetVersion_v2", self._handle, byref(version))
        return f"cuBLAS {version.value}"

    def free_bytes(self) -> int:
        """Memory that can still be had."""
        free, total = c_size_t(), c_size_t()
        self._call("cudaMemGetInfo", byref(free), byref(total))
        return free.value

    def allocate(self, size_bytes: int) -> int:
        """Return the address of new memory."""
        address = c_void_p()
        self._call("cudaMalloc", byref(address), c_size_t(size_bytes))
        return address.value or 0

    def release(self, address: int) -> None:
        """Give memory back."""
        self._call("cudaFree", c_void_p(address))

    def fill(self, address: int, value: int, size_bytes: int) -> None:
        """Write one byte's value everywhere."""
        self._call("cudaMemset", c_void_p(address), c_int(value), c_size_t(size_bytes))

    def write(self, address: int, data: bytes) -> None:
        """Copy from the host."""
        size = c_size_t(len(data))
        self._call("cudaMemcpy", c_void_p(address), c_char_p(data), size, c_int(_TO_DEVICE))

    def read(self, address: int, into: bytearray) -> None:
        """Copy to the host, as much as there is room for."""
        room = (c_char * len(into)).from_buffer(into)
        size = c_size_t(len(into))
        self._call("cudaMemcpy", byref(room), c_void_p(address), size, c_int(_TO_HOST))

    def multiply(self, a: int, b: int, product: int, size: int) -> None:
        """Begin product = a x b, square, half precision in, single precision out."""
        rows, one, zero = c_int(size), c_float(1.0), c_float(0.0)
        self._blas_call(
            "cublasGemmEx",
            self._handle,
            *(c_int(_AS_IS), c_int(_AS_IS), rows, rows, rows, byref(one)),
            *(c_void_p(a), c_int(_HALF), rows, c_void_p(b), c_int(_HALF), rows),
            *(byref(zero), c_void_p(product), c_int(_SINGLE), rows),
            *(c_int(_COMPUTE_SINGLE), c_int(_ANY_ALGORITHM)),
        )

    def wait(self) -> None:
        """Return when all that was begun has ended."""
        self._call("cudaDeviceSynchronize")

    def difference(self, one: int, other: int, count: int) -> float:
        """Sum the absolute differences of `count` single-precision numbers; `other` is spent."""
        step, less = c_int(1), c_float(-1.0)
        vectors = (c_void_p(one), step, c_void_p(other), step)
        self._blas_call("cublasSaxpy_v2", self._handle, c_int(count), byref(less), *vectors)
        return self.magnitude(other, count)

    def magnitude(self, address: int, count: int) -> float:
        """Sum the absolute values of `count` single-precision numbers."""
        total = c_float()
        vector = (c_void_p(address), c_int(1), byref(total))
        self._blas_call("cublasSasum_v2", self._handle, c_int(count), *vector)
        return total.value

    def _call(self, name: str, *arguments: object) -> None:
        code = getattr(self._cuda, name)(*arguments)
        if code:
            reason = self._cuda.cudaGetErrorString(c_int(code))
            raise DeviceError(f"{name}: {reason.decode(errors='replace')} ({code})")

    def _blas_call(self, name: str, *arguments: object) -> None:
        code = getattr(self._blas, name)(*arguments)
        if code:
            raise DeviceError(f"{name}: cuBLAS status {code}")


def _library(what: str, names: Sequence[str], short: str) -> ctypes.CDLL:
    found = find_library(short)
    for name in (*names, *([found] if found else [])):
        try:
            return ctypes.CDLL(name)
        except OSError:
            continue
    raise LibraryMissingError(f"{what} ({names[0]} or older) is not on this node")
