"""Calls whose answer NVML writes into a structure of ours, and what takes several calls to tell."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from ctypes import byref
from dataclasses import dataclass
from typing import Any

from thirdshift_agent.gpu import GpuLostError
from thirdshift_agent.nvml.library import Unavailable, call, known, structure


@dataclass(frozen=True, slots=True)
class MigInstance:
    """A part of a GPU that MIG made a GPU of its own."""

    gpu_instance: int
    compute_instance: int
    uuid: str
    name: str
    used_bytes: int | None
    total_bytes: int | None


def _sram(handle: Any) -> Any:
    return _filled("nvmlDeviceGetSramEccErrorStatus", handle, "c_nvmlEccSramErrorStatus_v1_t")


def _fabric(handle: Any) -> Any:
    try:
        return _filled("nvmlDeviceGetGpuFabricInfoV", handle, "c_nvmlGpuFabricInfo_v3_t")
    except Unavailable as error:
        if not error.is_lasting:
            raise
        return _filled("nvmlDeviceGetGpuFabricInfoV", handle, "c_nvmlGpuFabricInfo_v2_t")


def _filled(function: str, handle: Any, name: str) -> Any:
    answer = structure(name)
    call(function, handle, byref(answer))
    return answer


def _mig_instances(handle: Any) -> list[MigInstance]:
    return list(_each_instance(handle))


def _each_instance(handle: Any) -> Iterator[MigInstance]:
    for index in range(call("nvmlDeviceGetMaxMigDeviceCount", handle)):
        try:
            yield _instance(call("nvmlDeviceGetMigDeviceHandleByIndex", handle, index))
        except (GpuLostError, Unavailable):
            continue  # NVML says so of a place that no instance takes


def _instance(handle: Any) -> MigInstance:
    memory = call("nvmlDeviceGetMemoryInfo", handle)
    return MigInstance(
        gpu_instance=call("nvmlDeviceGetGpuInstanceId", handle),
        compute_instance=call("nvmlDeviceGetComputeInstanceId", handle),
        uuid=str(call("nvmlDeviceGetUUID", handle)),
        name=str(call("nvmlDeviceGetName", handle)),
        used_bytes=known(memory.used),
        total_bytes=known(memory.total),
    )


OWN: Mapping[str, Callable[..., Any]] = {
    "nvmlDeviceGetSramEccErrorStatus": _sram,
    "nvmlDeviceGetGpuFabricInfoV": _fabric,
    "mig_instances": _mig_instances,
}
"""By the name that a source gives; each takes the GPU's handle."""
