"""One NVML call, and what becomes of its error codes.

GpuLostError   the GPU is gone: nothing more can be asked of it
DriverError    no GPU of the node can be asked; says why and what mends it
Unavailable    this call gives nothing here, whatever the reason; the GPU is still there
"""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pynvml

from thirdshift_agent.gpu import DriverError, GpuLostError

NO_PERMISSION: int = pynvml.NVML_ERROR_NO_PERMISSION
TIMEOUT: int = pynvml.NVML_ERROR_TIMEOUT
_FUNCTION_NOT_FOUND: int = pynvml.NVML_ERROR_FUNCTION_NOT_FOUND
_GPU_NOT_FOUND = 28
_LASTING = {
    pynvml.NVML_ERROR_INVALID_ARGUMENT,
    pynvml.NVML_ERROR_NOT_SUPPORTED,
    _FUNCTION_NOT_FOUND,
    pynvml.NVML_ERROR_ARGUMENT_VERSION_MISMATCH,
}

_GONE = {pynvml.NVML_ERROR_GPU_IS_LOST, _GPU_NOT_FOUND}
_NODE_WIDE = {
    pynvml.NVML_ERROR_LIBRARY_NOT_FOUND: "the NVIDIA library libnvidia-ml.so.1 is not there;"
    " install the NVIDIA driver with its tools, or try --backend simulated",
    pynvml.NVML_ERROR_DRIVER_NOT_LOADED: "the NVIDIA kernel driver is not loaded;"
    " load it with `modprobe nvidia`, and see the kernel's log if that fails",
    pynvml.NVML_ERROR_LIB_RM_VERSION_MISMATCH: "the NVIDIA library and the loaded kernel driver are"
    " of different versions, as after an upgrade; reload the driver or reboot the node",
    pynvml.NVML_ERROR_UNINITIALIZED: "NVML was shut down under the agent; it will be started again",
}
_NOT_ALLOWED = (
    "no permission to use the NVIDIA driver;"
    " run the agent as root or let its user open /dev/nvidiactl and /dev/nvidia*"
)

_BLANKS = {0xFFFF_FFFF, 0xFFFF_FFFF_FFFF_FFFF, -1}
"""What NVML writes where it has no value."""


class Unavailable(Exception):  # noqa: N818 - a state of the world, not a fault of the program
    """This call gives nothing here."""

    def __init__(self, text: str, code: int) -> None:
        super().__init__(text)
        self.code = code

    @property
    def is_lasting(self) -> bool:
        """Whether asking again is of no use while the driver stays as it is."""
        return self.code in _LASTING


def call(function: str, *arguments: object) -> Any:
    """Make a call by its name in `pynvml`. Raises as the module says."""
    binding = getattr(pynvml, function, None)
    if binding is None:
        raise failure(_FUNCTION_NOT_FOUND, function)
    try:
        return binding(*arguments)
    except pynvml.NVMLError as error:
        raise failure(error.value, function) from error
    except pynvml.NVMLLibraryMismatchError as error:
        raise failure(_FUNCTION_NOT_FOUND, function) from error


def raw_call(function: str, *arguments: object) -> None:
    """Make a call of the library itself, where the binding is slow. Raises as `call` does."""
    made = getattr(pynvml.nvmlLib, function, None)
    if made is None:
        missing = pynvml.NVML_ERROR_UNINITIALIZED if pynvml.nvmlLib is None else _FUNCTION_NOT_FOUND
        raise failure(missing, function)
    if code := made(*arguments):
        raise failure(code, function)


def structure(name: str) -> Any:
    """Return an empty structure of the binding, for a call that fills one; `Unavailable` if none.

    Its version is set, where it has one.
    """
    made = getattr(pynvml, name, None)
    if made is None:
        raise failure(_FUNCTION_NOT_FOUND, name)
    return made()


def demand(function: str, *arguments: object) -> Any:
    """Make a call without which nothing goes on. Raises `DriverError` whatever is wrong."""
    try:
        return call(function, *arguments)
    except (GpuLostError, Unavailable) as error:
        raise unusable(error) from error


def attempt(function: str, *arguments: object) -> None:
    """Make a call whose failure changes nothing."""
    with suppress(DriverError, GpuLostError, Unavailable):
        call(function, *arguments)


def unusable(error: GpuLostError | Unavailable) -> DriverError:
    """Return what the failure of one call means where it stops everything."""
    denied = isinstance(error, Unavailable) and error.code == NO_PERMISSION
    return DriverError(_NOT_ALLOWED if denied else str(error))


def failure(code: int, function: str) -> GpuLostError | DriverError | Unavailable:
    """Return what an error code means."""
    text = f"{function}: {pynvml.NVMLError(code)} (NVML error {code})"
    if code in _GONE:
        return GpuLostError(text)
    if code in _NODE_WIDE:
        return DriverError(_NODE_WIDE[code])
    return Unavailable(text, code)


def known(value: Any) -> Any:
    """Return the value, or None for one of NVML's blanks."""
    return None if isinstance(value, int) and value in _BLANKS else value
